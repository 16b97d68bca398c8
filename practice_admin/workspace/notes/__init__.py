"""Her notes: written, signed, amended, found again; and the private page on each client.

Addresses, in the namespace `admin`:

    session_note   /admin/bookings/<uuid>/note/                    leads to the note on this session, or to a new one
    new_note       /admin/clients/<uuid>/notes/new/                leads to an address for a new note
    note           /admin/clients/<uuid>/notes/<uuid>/             GET shows, POST keeps, signs, inserts or throws away
    keep_note      /admin/clients/<uuid>/notes/<uuid>/keep/        POST, for the script: keeps, answers in JSON
    amend_note     /admin/clients/<uuid>/notes/<uuid>/amend/       POST
    private_page   /admin/clients/<uuid>/private/                  GET shows, POST keeps
    keep_private   /admin/clients/<uuid>/private/keep/             POST, for the script
    search_notes   /admin/notes/                                   POST, so that what is sought stands in no address
    unsent_key     /admin/notes/key/                               for the script: the key of what is not kept yet
"""
