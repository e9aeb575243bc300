"""E-mail out: `SmtpChannel` through a mail server, `FolderChannel` as files. Both are the port's `Channel`."""
