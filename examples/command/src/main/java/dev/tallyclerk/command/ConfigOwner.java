package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;

/**
 * Who may write a file that changes what the command does.
 *
 * <p>A file that the user names only must not be open to everybody. One that is found because it is there must belong
 * to the user, to root or to the owner of the folder where it is looked for: with HOME=/tmp, others could have put it
 * there.
 *
 * @param option the option that names such a file
 * @param effect what the file changes
 */
record ConfigOwner(String option, String effect) {
    private static final String UID = "unix:uid";
    private static final int ROOT = 0;

    /** Refuses a file that every user may write. */
    void requireNamed(Path file) throws IOException {
        if (isUnix(file)) {
            refuseIfAllWrite(file, Files.readAttributes(file, PosixFileAttributes.class));
        }
    }

    /**
     * Refuses a file that is not the user's own.
     *
     * @param base the folder where it is looked for; those between it and the file must be the user's own too
     */
    void requireOwn(Path base, Path file) throws IOException {
        if (!isUnix(file)) {
            return;
        }
        for (Path place = file; !place.equals(base); place = Objects.requireNonNull(place.getParent())) {
            requireOwner(base, file, place, LinkOption.NOFOLLOW_LINKS);
            requireOwner(base, file, place);
        }
        // Not of folders: Kubernetes mounts its own with all permissions, and what others put into them is theirs.
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        refuseIfAllWrite(file, attributes);
        refuseIfGroupWrites(file, attributes);
    }

    private static boolean isUnix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    private void requireOwner(Path base, Path file, Path place, LinkOption... options) throws IOException {
        Object owner = Files.getAttribute(place, UID, options);
        if (!owner.equals(ROOT) && !owner.equals(Files.getAttribute(base, UID)) && !owner.equals(user())) {
            throw new IOException(place + " belongs to "
                    + Files.getOwner(place, options).getName()
                    + ", who can so change " + effect + "; if you trust it, give " + option + " " + file);
        }
    }

    /** {@return the user's number, which Java tells only by a file} */
    private static Object user() throws IOException {
        Path own = Files.createTempFile("tallyclerk-", ".tmp");
        try {
            return Files.getAttribute(own, UID);
        } finally {
            Files.delete(own);
        }
    }

    private void refuseIfAllWrite(Path file, PosixFileAttributes attributes) throws IOException {
        if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(
                    file + ": every user may write this file, and so change " + effect + "; run chmod o-w " + file);
        }
    }

    /** A group with the owner's name has the owner only, and one without a name is a container's. */
    private void refuseIfGroupWrites(Path file, PosixFileAttributes attributes) throws IOException {
        if (!attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
            return;
        }
        Object number = Files.getAttribute(file, "unix:gid");
        String group = attributes.group().getName();
        boolean isOwners =
                number.equals(ROOT) || group.equals(attributes.owner().getName());
        if (!isOwners && !group.equals(number.toString())) {
            throw new IOException(file + ": the group " + group + " may write this file, and so change " + effect
                    + "; run chmod g-w " + file);
        }
    }
}
