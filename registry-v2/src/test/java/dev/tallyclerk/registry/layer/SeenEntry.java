package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.internal.tar.TarText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a reader says of an entry, as far as the two can say it: names that are no UTF-8 are question marks, and of the
 * numbers of owners the other one has 32 bits.
 */
record SeenEntry(
        char type, String path, String link, long size, int mode, int uid, int gid, Instant time, String content) {
    SeenEntry(
            char type,
            String path,
            String link,
            long size,
            int mode,
            long uid,
            long gid,
            Instant time,
            byte[] content) {
        this(
                type,
                comparable(path),
                comparable(link),
                size,
                mode,
                (int) uid,
                (int) gid,
                time,
                new String(content, StandardCharsets.ISO_8859_1));
    }

    private static final String NOT_UTF8 = "?";

    private static String comparable(String name) {
        return TarText.isUtf8(name) ? name : NOT_UTF8;
    }

    /** {@return this, with names left out that are not comparable in the other one} */
    SeenEntry comparableWith(SeenEntry other) {
        return new SeenEntry(
                type,
                other.path().equals(NOT_UTF8) ? NOT_UTF8 : path,
                other.link().equals(NOT_UTF8) ? NOT_UTF8 : link,
                size,
                mode,
                uid,
                gid,
                time,
                content);
    }

    static List<SeenEntry> ours(byte[] tar) throws IOException {
        List<SeenEntry> seen = new ArrayList<>();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                LayerEntry entry = next.get();
                seen.add(new SeenEntry(
                        flag(entry.type()),
                        entry.path(),
                        entry.linkTarget(),
                        entry.size(),
                        entry.mode(),
                        entry.uid(),
                        entry.gid(),
                        entry.modified(),
                        reader.content().readAllBytes()));
            }
        }
        return seen;
    }

    static char flag(LayerEntry.Type type) {
        return switch (type) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMBOLIC_LINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    /** {@return what commons-compress reads, with paths in our form} */
    private static List<SeenEntry> theirs(byte[] tar) throws IOException {
        List<SeenEntry> seen = new ArrayList<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(tar), StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                char type = (char) entry.getLinkFlag();
                if (type == '\0' || type == '7') {
                    type = entry.getName().endsWith("/") ? '5' : '0';
                }
                if (type != '0' && entry.getSize() != 0) {
                    throw new IOException("Commons Compress passes over what engines read");
                }
                seen.add(new SeenEntry(
                        type,
                        normalised(entry.getName()),
                        entry.isLink() || entry.isSymbolicLink() ? entry.getLinkName() : "",
                        entry.isSparse() ? entry.getRealSize() : entry.getSize(),
                        entry.getMode() & 07777,
                        entry.getLongUserId(),
                        entry.getLongGroupId(),
                        entry.getLastModifiedTime().toInstant(),
                        in.readAllBytes()));
            }
        }
        return seen;
    }

    private static String normalised(String path) {
        List<String> names = new ArrayList<>(Arrays.asList(path.split("/", -1)));
        names.removeIf(name -> name.isEmpty() || name.equals("."));
        return String.join("/", names);
    }

    /**
     * {@return whether there may be a header of a long name that has the name of a folder itself} Commons Compress
     * takes that for a folder; Go, GNU tar and Python take it for a header of a long name.
     */
    private static boolean hasLongNameInAFolder(byte[] tar) {
        for (int header = 0; header + 512 <= tar.length; header += 512) {
            boolean longName = tar[header + 156] == 'L' || tar[header + 156] == 'K';
            int end = header;
            while (end < header + 100 && tar[end] != 0) {
                end++;
            }
            if (longName && end > header && tar[end - 1] == '/') {
                return true;
            }
        }
        return false;
    }

    /**
     * What both take they take for the same; what only one takes says nothing.
     *
     * @return whether both take it, so that they were compared
     */
    static boolean assertSameIfBothAccept(byte[] tar) throws IOException {
        List<SeenEntry> ours;
        try {
            ours = ours(tar);
        } catch (LayerException e) {
            return false;
        }
        if (hasLongNameInAFolder(tar)) {
            return false;
        }
        List<SeenEntry> theirs;
        try {
            theirs = theirs(tar);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
        assertEquals(theirs.size(), ours.size());
        for (int i = 0; i < ours.size(); i++) {
            assertEquals(theirs.get(i).comparableWith(ours.get(i)), ours.get(i));
        }
        return true;
    }
}
