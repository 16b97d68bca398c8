"""The therapist's side of money: acts on what a booking costs, money without a place, the month, Stripe's events.

Addresses, in the namespace `admin`. Each act on a booking says by GET what will happen, and does it by POST:

    refund_booking     /admin/bookings/<uuid>/refund/      back to the card, all or a part
    received_booking   /admin/bookings/<uuid>/received/    she received it by bank, in cash, otherwise
    payback_booking    /admin/bookings/<uuid>/payback/     she gave it back by hand
    waive_booking      /admin/bookings/<uuid>/waive/       asks for it no longer
    pay-link_booking   /admin/bookings/<uuid>/pay-link/    GET shows the payment link, POST mails it
    let-go_booking     /admin/bookings/<uuid>/let-go/      an unpaid time is free again
    retry_refund       /admin/money/refunds/<uuid>/again/  a refund that failed
    put_refund_aside   /admin/money/refunds/<uuid>/aside/  the same, settled otherwise
    undo_settlement    /admin/money/settlements/<uuid>/undo/
    unplaced_money     /admin/money/unplaced/<uuid>/       GET shows the choices
    place_money        /admin/money/unplaced/<uuid>/place/     POST
    return_money       /admin/money/unplaced/<uuid>/back/      POST
    money              /admin/money/                       the month at a glance (?month=2026-11), and who owes what
    month_file         /admin/money/<year>/<month>.csv     the month for the bookkeeper
    stripe_events      /admin/money/events/                what Stripe sent
    process_event      /admin/money/events/<event>/again/  POST
    stripe_account     /admin/money/stripe/                GET says what to set up, POST asks Stripe
    client_payments    /admin/clients/<uuid>/payments/     one client's ledger
"""
