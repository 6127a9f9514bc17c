package dev.tallyclerk.hardening.host;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mounts of a host, from {@code /proc/self/mountinfo} or {@code /proc/mounts}.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/filesystems/proc.html">The /proc filesystem, 3.5</a>
 */
final class MountTable {
    private static final int MAX_MOUNTS = 100_000;
    private static final int FIELDS_OF_MOUNTINFO = 6;
    private static final int FIELDS_OF_MOUNTS = 4;

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = mounts;
    }

    /**
     * A mount.
     *
     * @param point the mount point
     * @param device the number of the device, or its name if the table has no numbers
     */
    record Mount(String point, String device) {}

    /** {@return the table in the form of mountinfo; lines that are malformed are left out} */
    static MountTable ofMountinfo(String text) {
        List<Mount> mounts = new ArrayList<>();
        text.lines().limit(MAX_MOUNTS).forEach(line -> {
            String[] fields = line.split(" ", -1);
            if (fields.length >= FIELDS_OF_MOUNTINFO && fields[4].startsWith("/")) {
                mounts.add(new Mount(unescaped(fields[4]), fields[2]));
            }
        });
        return new MountTable(mounts);
    }

    /** {@return the table in the form of {@code /proc/mounts}; lines that are malformed are left out} */
    static MountTable ofMounts(String text) {
        List<Mount> mounts = new ArrayList<>();
        text.lines().limit(MAX_MOUNTS).forEach(line -> {
            String[] fields = line.split("[ \t]+", -1);
            if (fields.length >= FIELDS_OF_MOUNTS && fields[1].startsWith("/")) {
                mounts.add(new Mount(unescaped(fields[1]), unescaped(fields[0])));
            }
        });
        return new MountTable(mounts);
    }

    boolean isEmpty() {
        return mounts.isEmpty();
    }

    /** {@return the last mount exactly at a path, which hides earlier ones} */
    Optional<Mount> at(String path) {
        return mounts.stream().filter(mount -> mount.point().equals(path)).reduce((first, second) -> second);
    }

    /** {@return the mount that a path is in, at it or above} */
    Optional<Mount> around(String path) {
        Optional<Mount> best = Optional.empty();
        for (Mount mount : mounts) {
            String point = mount.point();
            boolean isIn = point.equals("/") || path.equals(point) || path.startsWith(point + "/");
            if (isIn && (best.isEmpty() || point.length() >= best.get().point().length())) {
                best = Optional.of(mount);
            }
        }
        return best;
    }

    /** The kernel writes space, tab, newline, backslash and hash as three octal digits. */
    static String unescaped(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes, i + 1)) {
                out.put((byte) ((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + bytes[i + 3] - '0'));
                i += 3;
            } else {
                out.put(bytes[i]);
            }
        }
        return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
    }

    private static boolean isOctal(byte[] bytes, int from) {
        return bytes[from] >= '0'
                && bytes[from] <= '3'
                && bytes[from + 1] >= '0'
                && bytes[from + 1] <= '7'
                && bytes[from + 2] >= '0'
                && bytes[from + 2] <= '7';
    }
}
