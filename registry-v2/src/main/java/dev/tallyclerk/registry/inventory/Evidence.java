package dev.tallyclerk.registry.inventory;

/** The kind of file that shows that a package is in an image. */
public enum Evidence {
    /** The database of the system's package manager: dpkg, apk, rpm, pacman or opkg. */
    DATABASE,
    /** What the package manager of a language installed, or an archive of a language. */
    INSTALLATION,
    /** What a compiler wrote into a program. */
    PROGRAM,
    /** A bill of materials in the image: a claim of the image's builder. */
    CLAIM
}
