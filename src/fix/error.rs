//! Why a fix could not be written or undone.
