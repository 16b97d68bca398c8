"""The therapist's desk: Today, records, dialogs, on django-unfold.

Addresses, in the namespace `admin`, beside those of the admin classes:

    index             /admin/                              Today
    mark_seen         /admin/seen/                         POST: "I have seen these"
    client_record     /admin/clients/record/<uuid>/        one client
    share_link        /admin/clients/record/<uuid>/share/  POST
    waivers           /admin/clients/record/<uuid>/waivers/           GET shows, POST signs one
    end_waiver        /admin/clients/record/<uuid>/waivers/<id>/end/  POST
    book_whom         /admin/bookings/new/                 book for a client: whom
    book              /admin/clients/record/<uuid>/book/          which kind of session
    book_time         /admin/clients/record/<uuid>/book/<slug>/   GET asks for the time, POST books once
    book_series       …/book/<slug>/series/                GET shows the table of a series, POST books it
    booking           /admin/bookings/<uuid>/              one booking's card
    move_booking      /admin/bookings/<uuid>/move/         GET asks, POST moves
    cancel_booking    /admin/bookings/<uuid>/cancel/       GET asks, POST does it; so do the next three
    came_booking      /admin/bookings/<uuid>/came/
    no-show_booking   /admin/bookings/<uuid>/no-show/
    buffers_booking   /admin/bookings/<uuid>/buffers/      its buffers to nought
    close_discovery   /admin/bookings/<uuid>/close/        GET asks, POST closes
    dismiss_enquiry   /admin/bookings/<uuid>/dismiss/      "not a real enquiry": GET asks, POST does it
    quiet_enquiries   /admin/enquiries/quiet/              the addresses that were put aside
    hear_again        /admin/enquiries/quiet/<uuid>/hear/  POST
    away              /admin/away/                         "I am ill": GET asks and shows, POST does it
    why               /admin/why/                          why a time is not offered
    retry_effect      /admin/effects/<id>/retry/           POST

Those of one client beside the record are named in `people/`, those of money in `money/`, of notes in `notes/`, of
messages in `messages/`.
"""
