"""The therapist's desk: Today, records, dialogs, on django-unfold.

Addresses, in the namespace `admin`, beside those of the admin classes:

    index             /admin/                              Today
    mark_seen         /admin/seen/                         POST: "I have seen these"
    client_record     /admin/clients/record/<uuid>/        one client
    write_note        /admin/clients/record/<uuid>/note/   POST
    share_link        /admin/clients/record/<uuid>/share/  POST
    close_discovery   /admin/bookings/<uuid>/close/        GET asks, POST closes
    retry_effect      /admin/effects/<id>/retry/           POST
"""
