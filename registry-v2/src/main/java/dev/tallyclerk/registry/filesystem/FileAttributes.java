package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Applies attributes to written files. Never follows links. */
final class FileAttributes {
    private static final int SET_ID = 06000;
    private static final int PERMISSIONS = 0777;
    private static final int OWN = 0700;
    private static final String USER = "user.";

    /** The start of 1980, the earliest time of FAT. */
    private static final long EARLIEST_SECOND = 315_532_800;

    private final ExtractionOptions options;
    private final List<Omission> omissions;
    private final boolean unix;
    private final boolean posix;

    FileAttributes(ExtractionOptions options, FileSystem target, List<Omission> omissions) {
        this.options = options;
        this.omissions = omissions;
        Set<String> views = target.supportedFileAttributeViews();
        this.unix = views.contains("unix");
        this.posix = unix || views.contains("posix");
        if (options.ownership() && !unix) {
            throw new UnsupportedOperationException("the target's file system has no user IDs");
        }
        if (!posix) {
            omissions.add(new Omission("", Omission.Kind.MODES, ""));
        }
    }

    /**
     * Applies the attributes of a file or directory. The mode comes last, because a change of owner clears bits of it,
     * and because an unreadable file cannot be opened to change the rest.
     */
    void apply(ImageFile file, Path path) throws IOException {
        applyXattrs(file, path);
        applyOwner(file, path);
        applyTimes(file, path);
        setMode(path, mode(file));
    }

    /** Applies the attributes of the root, but leaves it movable. */
    void applyToRoot(ImageFile root, Path path) throws IOException {
        apply(root, path);
        setMode(path, (root.mode() & PERMISSIONS) | OWN);
    }

    /** Applies what {@link #applyToRoot} left out. */
    void finishRoot(ImageFile root, Path path) throws IOException {
        setMode(path, kept(root));
    }

    /** Applies the attributes that a symbolic link can have. */
    void applyToLink(ImageFile file, Path path) throws IOException {
        file.content().ifPresent(entry -> omitXattrs(file, entry));
        applyOwner(file, path);
        applyTimes(file, path);
    }

    private void applyOwner(ImageFile file, Path path) throws IOException {
        if (!options.ownership()) {
            return;
        }
        try {
            // The 32 bits of the ID, which has no unsigned type in Java.
            Files.setAttribute(path, "unix:uid", (int) file.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", (int) file.gid(), LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            String reason = "cannot set the owner " + file.uid() + ":" + file.gid() + ", which requires privileges: "
                    + Objects.requireNonNullElse(e.getReason(), "not possible");
            FileSystemException clear = new FileSystemException(path.toString(), null, reason);
            clear.initCause(e);
            throw clear;
        }
    }

    private int mode(ImageFile file) {
        if (kept(file) != file.mode()) {
            omissions.add(new Omission(file.path(), Omission.Kind.SET_ID_BITS, ""));
        }
        return kept(file);
    }

    private int kept(ImageFile file) {
        return options.setId() && unix ? file.mode() : file.mode() & ~SET_ID;
    }

    private void setMode(Path path, int mode) throws IOException {
        if (unix) {
            Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
        } else if (posix) {
            Files.setAttribute(path, "posix:permissions", permissions(mode), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            // From the owner's read permission down to the others' execute permission.
            if ((mode >> (all.length - 1 - i) & 1) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    private void applyTimes(ImageFile file, Path path) throws IOException {
        if (options.times()) {
            Instant modified = file.modified();
            // Java sets negative times with a fraction to 1970.
            boolean whole = modified.getEpochSecond() < 0;
            FileTime time = FileTime.from(whole ? Instant.ofEpochSecond(modified.getEpochSecond()) : modified);
            BasicFileAttributeView view =
                    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setTimes(time, time, null);
            if (isRare(modified) && !isNear(modified, view.readAttributes().lastModifiedTime())) {
                omissions.add(new Omission(file.path(), Omission.Kind.TIME, modified.toString()));
            }
        }
    }

    /** {@return whether some file system, or Java, cannot represent the time} */
    private static boolean isRare(Instant time) {
        return time.getEpochSecond() < EARLIEST_SECOND || time.getEpochSecond() > Integer.MAX_VALUE;
    }

    private static boolean isNear(Instant time, FileTime written) {
        return Math.abs(time.getEpochSecond() - written.toInstant().getEpochSecond()) <= 2;
    }

    private void applyXattrs(ImageFile file, Path path) throws IOException {
        LayerEntry entry = file.content().orElse(null);
        if (entry == null || entry.xattrNames().isEmpty()) {
            return;
        }
        UserDefinedFileAttributeView view = Files.getFileStore(path).supportsFileAttributeView("user")
                ? Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                : null;
        if (!options.userAttributes() || view == null) {
            omitXattrs(file, entry);
            return;
        }
        for (String name : entry.xattrNames()) {
            if (name.startsWith(USER) && isPossible(name, path.getFileSystem())) {
                view.write(
                        name.substring(USER.length()),
                        ByteBuffer.wrap(entry.xattr(name).orElseThrow()));
            } else {
                omissions.add(new Omission(file.path(), Omission.Kind.EXTENDED_ATTRIBUTE, name));
            }
        }
    }

    /**
     * {@return whether the locale's character set can represent a name} Otherwise characters would become question
     * marks, as in paths.
     */
    private static boolean isPossible(String name, FileSystem target) {
        try {
            return !target.getPath(name).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void omitXattrs(ImageFile file, LayerEntry entry) {
        for (String name : entry.xattrNames()) {
            omissions.add(new Omission(file.path(), Omission.Kind.EXTENDED_ATTRIBUTE, name));
        }
    }
}
