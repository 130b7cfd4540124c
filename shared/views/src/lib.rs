//! Pages and mails: a model in, text out. Pure.
