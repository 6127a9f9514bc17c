package dev.tallyclerk.command;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder with metadata files, with the names that clients or repositories use.
 *
 * @param folder the folder
 */
record MetadataFolder(Path folder) {
    /** Enough for some hundred thousand targets. */
    private static final int MAX_TARGETS = 64_000_000;

    private static final int MAX_SNAPSHOT = 16_000_000;

    private static final String ROOT_SUFFIX = ".root.json";

    static MetadataFolder of(@Nullable Path folder) {
        return new MetadataFolder(folder == null ? Path.of("") : folder);
    }

    /** {@return the limits on metadata, above the library's defaults, because no option raises them} */
    static TufLimits limits() {
        return TufLimits.defaults().withSnapshotBytes(MAX_SNAPSHOT).withTargetsBytes(MAX_TARGETS);
    }

    /** {@return a file, or the start of one that exceeds every limit} */
    static byte[] read(Path file) throws IOException {
        return read(file, limits().targetsBytes());
    }

    /** {@return a file, or its first {@code maxBytes + 1} bytes if it is longer} */
    static byte[] read(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(maxBytes + 1);
        }
    }

    /** {@return the content of a file, or null if it is malformed; its verification then gives the reason} */
    static @Nullable UnverifiedMetadata content(byte[] file) {
        try {
            return UnverifiedMetadata.parse(file, limits());
        } catch (TufException e) {
            return null;
        }
    }

    /** {@return the root with the lowest version, as in a repository, or else a client's root, or null} */
    @Nullable Path firstRoot() throws IOException {
        long first = Long.MAX_VALUE;
        try (DirectoryStream<Path> roots = Files.newDirectoryStream(folder, "*" + ROOT_SUFFIX)) {
            for (Path root : roots) {
                String name = String.valueOf(root.getFileName());
                String number = name.substring(0, name.length() - ROOT_SUFFIX.length());
                if (number.matches("[1-9][0-9]{0,17}")) {
                    first = Math.min(first, Long.parseLong(number));
                }
            }
        }
        return first < Long.MAX_VALUE ? folder.resolve(first + ROOT_SUFFIX) : clientRoot();
    }

    /** {@return the newest root of a client, or null} */
    @Nullable Path clientRoot() {
        return existing("root.json");
    }

    /** {@return the root of a version, or null if no file is named for it} */
    @Nullable Path root(long version) {
        Path published = existing(version + ROOT_SUFFIX);
        return published == null ? existing(StoredName.rootVersion(version).fileName()) : published;
    }

    /** {@return the file of a role, or null; the file of {@code version} is preferred} */
    @Nullable Path file(String role, @Nullable Long version) {
        List<String> names = new ArrayList<>();
        for (String name :
                List.of(role, URLEncoder.encode(role, StandardCharsets.UTF_8).replace("+", "%20"))) {
            if (version != null) {
                names.add(version + "." + name + ".json");
            }
            names.add(name + ".json");
        }
        names.add(StoredName.delegated(role).fileName());
        for (String name : names) {
            Path found = existing(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    static @Nullable Long versionOf(Snapshot snapshot, String role) {
        MetaFile listed = snapshot.meta().get(role + ".json");
        return listed == null ? null : listed.version();
    }

    /** {@return the file with a name in this folder, or null; names of roles may try to escape the folder} */
    private @Nullable Path existing(String name) {
        if (name.length() > 255 || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf(0) >= 0) {
            return null;
        }
        Path file;
        try {
            file = folder.resolve(name);
        } catch (InvalidPathException e) {
            return null; // not a file name on this system
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? file : null;
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
