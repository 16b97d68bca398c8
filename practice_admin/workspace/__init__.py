"""The therapist's desk: Today, records, dialogs, on django-unfold.

Addresses, in the namespace `admin`, beside those of the admin classes:

    index             /admin/                              Today
    mark_seen         /admin/seen/                         POST: "I have seen these"
    client_record     /admin/clients/record/<uuid>/        one client
    write_note        /admin/clients/record/<uuid>/note/   POST
    share_link        /admin/clients/record/<uuid>/share/  POST
    waivers           /admin/clients/record/<uuid>/waivers/           GET shows, POST signs one
    end_waiver        /admin/clients/record/<uuid>/waivers/<id>/end/  POST
    close_discovery   /admin/bookings/<uuid>/close/        GET asks, POST closes
    dismiss_enquiry   /admin/bookings/<uuid>/dismiss/      "not a real enquiry": GET asks, POST does it
    quiet_enquiries   /admin/enquiries/quiet/              the addresses that were put aside
    hear_again        /admin/enquiries/quiet/<uuid>/hear/  POST
    away              /admin/away/                         "I am ill": GET asks and shows, POST does it
    why               /admin/why/                          why a time is not offered
    calendar          /admin/calendar/                     her Google Calendar; the addresses below it in `calendar/`
    retry_effect      /admin/effects/<id>/retry/           POST
"""
