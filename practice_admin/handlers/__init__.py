"""What each kind of side effect does when its turn comes."""
