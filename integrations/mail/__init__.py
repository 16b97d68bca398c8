"""Mail: Resend first, SMTP when Resend fails."""
