"""Messages from her side (R17).

Addresses, in the namespace `admin`:

    inbox    /admin/messages/                 threads, unread first
    thread   /admin/clients/<uuid>/messages/  GET shows one and marks it as read, POST answers
"""
