package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks files up as the host itself would, following symbolic links within its root, and tells absent from unreadable.
 */
final class HostTree {
    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private static final int MAX_PATH = 4096;
    private static final int MAX_LOOKUPS = 200_000;
    private static final int MAX_KNOWN_LENGTH = 8 << 20;
    private static final int MAX_CONTENT = 1 << 20;

    /** All contents together, so that a host of many long files does not fill the memory. */
    private static final long MAX_TOTAL = 8L << 20;

    private final HostFiles files;
    private final Map<String, Looked> known = new HashMap<>();
    private int lookups;
    private long knownLength;
    private long total;

    /** An entry or the reason for which there is none. */
    private record Looked(
            @Nullable HostEntry entry, @Nullable IOException failure) {}

    HostTree(HostFiles files) {
        this.files = files;
    }

    private HostEntry entry(String path) throws IOException {
        Looked looked = known.get(path);
        if (looked == null) {
            lookups++;
            knownLength += path.length();
            if (lookups > MAX_LOOKUPS || knownLength > MAX_KNOWN_LENGTH) {
                throw new IOException(
                        "too many files were looked at, more than " + MAX_LOOKUPS + " or with long paths");
            }
            try {
                looked = new Looked(files.entry(path), null);
            } catch (IOException e) {
                looked = new Looked(null, e);
            }
            known.put(path, looked);
        }
        if (looked.entry() != null) {
            return looked.entry();
        }
        throw looked.failure() == null ? new IOException(path) : looked.failure();
    }

    /** {@return the file at a path after all links; empty if it certainly does not exist} */
    Fact<Optional<HostFile>> file(String path) {
        return look(path, true);
    }

    /** {@return the file at a path, which may be a link itself; empty if it certainly does not exist} */
    Fact<Optional<HostFile>> link(String path) {
        return look(path, false);
    }

    private Fact<Optional<HostFile>> look(String path, boolean isFollowed) {
        Location at = new Location.Whole(path);
        try {
            return Fact.known(Optional.of(resolve(path, isFollowed)), at);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Fact.known(Optional.empty(), at);
        } catch (IOException e) {
            return missing(path, e);
        }
    }

    private HostFile resolve(String path, boolean isFollowed) throws IOException {
        if (path.length() > MAX_PATH) {
            throw new IOException("the path is longer than " + MAX_PATH + " characters");
        }
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(path.split("/")));
        String current = "";
        HostEntry entry = HostEntry.of(HostEntry.Type.FOLDER);
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (entry.type() != HostEntry.Type.FOLDER) {
                throw new NotDirectoryException(current);
            }
            if (name.equals("..")) {
                current = current.substring(0, Math.max(0, current.lastIndexOf('/')));
                continue;
            }
            String next = current + "/" + name;
            if (next.length() > MAX_PATH) {
                throw new IOException("links lead to a path longer than " + MAX_PATH + " characters");
            }
            HostEntry found = entry(next);
            if (found.type() == HostEntry.Type.LINK && (isFollowed || !rest.isEmpty())) {
                String target = found.target().orElseThrow();
                if (++links > MAX_LINKS || target.length() > MAX_PATH) {
                    throw new IOException("more than " + MAX_LINKS + " symbolic links, or a too long one");
                }
                List<String> steps = Arrays.asList(target.split("/"));
                for (int i = steps.size() - 1; i >= 0; i--) {
                    rest.addFirst(steps.get(i));
                }
                current = target.startsWith("/") ? "" : current;
                entry = HostEntry.of(HostEntry.Type.FOLDER);
            } else {
                current = next;
                entry = found;
            }
        }
        if (current.isEmpty()) {
            return new HostFile(path, "/", entry("/"));
        }
        return new HostFile(path, current, entry(current));
    }

    /** {@return the names in a folder, sorted; none if it certainly does not exist} */
    Fact<List<String>> names(String folder) {
        return file(folder).flatMapAt((found, at) -> {
            if (found.isEmpty() || found.get().entry().type() != HostEntry.Type.FOLDER) {
                return Fact.known(List.of(), at);
            }
            try {
                return Fact.known(
                        files.names(found.get().target()).stream().sorted().toList(), at);
            } catch (NoSuchFileException e) {
                return Fact.known(List.of(), at);
            } catch (IOException e) {
                return missing(folder, e);
            }
        });
    }

    /** {@return the text of a file; empty if it certainly does not exist or is no regular file} */
    Fact<Optional<String>> text(String path) {
        return bytes(path).map(bytes -> bytes.map(found -> new String(found, StandardCharsets.UTF_8)));
    }

    /** {@return the bytes of a file; empty if it certainly does not exist or is no regular file} */
    Fact<Optional<byte[]>> bytes(String path) {
        return file(path).flatMapAt((found, at) -> {
            if (found.isEmpty() || found.get().entry().type() != HostEntry.Type.FILE) {
                return Fact.known(Optional.empty(), at);
            }
            try {
                // Checked before reading, because rules may include one long file any number of times.
                if (total > MAX_TOTAL) {
                    throw new IOException("more than " + MAX_TOTAL + " bytes were read from the host");
                }
                byte[] bytes = files.content(found.get().target(), MAX_CONTENT);
                total += bytes.length;
                return Fact.known(Optional.of(bytes), at);
            } catch (NoSuchFileException e) {
                return Fact.known(Optional.empty(), at);
            } catch (IOException e) {
                return missing(path, e);
            }
        });
    }

    private static <T> Fact<T> missing(String path, IOException why) {
        Location at = new Location.Whole(path);
        if (why instanceof NotListedException) {
            return Fact.missing(
                    MissingValue.Reason.SOURCE_NOT_PROVIDED, path + " is not in the listing of the host", at);
        }
        if (why instanceof AccessDeniedException) {
            return Fact.missing(
                    MissingValue.Reason.UNREADABLE, path + " needs root: its folder or the file may not be read", at);
        }
        String detail = String.valueOf(why.getMessage());
        return Fact.missing(
                MissingValue.Reason.UNREADABLE,
                path + " cannot be read" + (detail.equals(path) ? "" : ": " + detail),
                at);
    }
}
