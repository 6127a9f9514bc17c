package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final Map<String, HostAnswer<HostEntry>> known = new HashMap<>();
    private int lookups;
    private long knownLength;
    private long total;

    HostTree(HostFiles files) {
        this.files = files;
    }

    private HostAnswer<HostEntry> entry(String path) {
        HostAnswer<HostEntry> answer = known.get(path);
        if (answer == null) {
            lookups++;
            knownLength += path.length();
            if (lookups > MAX_LOOKUPS || knownLength > MAX_KNOWN_LENGTH) {
                return HostAnswer.failed(
                        "too many files were looked at, more than " + MAX_LOOKUPS + " or with long paths");
            }
            answer = files.entry(path);
            known.put(path, answer);
        }
        return answer;
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
        return fact(path, resolve(path, isFollowed));
    }

    private HostAnswer<HostFile> resolve(String path, boolean isFollowed) {
        if (path.length() > MAX_PATH) {
            return HostAnswer.failed("the path is longer than " + MAX_PATH + " characters");
        }
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(path.split("/")));
        String current = "";
        HostEntry.Type type = HostEntry.Type.FOLDER;
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (type != HostEntry.Type.FOLDER) {
                return HostAnswer.absent();
            }
            if (name.equals("..")) {
                current = current.substring(0, Math.max(0, current.lastIndexOf('/')));
                continue;
            }
            String next = current + "/" + name;
            if (next.length() > MAX_PATH) {
                return HostAnswer.failed("links lead to a path longer than " + MAX_PATH + " characters");
            }
            HostAnswer<HostEntry> answer = entry(next);
            Optional<HostEntry> found = answer.value();
            if (found.isEmpty()) {
                return answer.then(entry -> HostAnswer.absent());
            }
            Optional<String> target = found.get().target();
            if (target.isEmpty() || (!isFollowed && rest.isEmpty())) {
                current = next;
                type = found.get().type();
                continue;
            }
            if (++links > MAX_LINKS || target.get().length() > MAX_PATH) {
                return HostAnswer.failed("more than " + MAX_LINKS + " symbolic links, or a too long one");
            }
            List<String> steps = Arrays.asList(target.get().split("/"));
            for (int i = steps.size() - 1; i >= 0; i--) {
                rest.addFirst(steps.get(i));
            }
            current = target.get().startsWith("/") ? "" : current;
        }
        String reached = current.isEmpty() ? "/" : current;
        return entry(reached).then(found -> HostAnswer.found(new HostFile(path, reached, found)));
    }

    /** {@return the names in a folder, sorted; none if it certainly does not exist} */
    Fact<List<String>> names(String folder) {
        return file(folder).flatMapAt((found, at) -> {
            if (found.isEmpty() || found.get().entry().type() != HostEntry.Type.FOLDER) {
                return Fact.known(List.of(), at);
            }
            HostAnswer<List<String>> names = files.names(found.get().target());
            return fact(folder, names)
                    .map(known -> known.orElse(List.of()).stream().sorted().toList());
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
            // Checked before reading, because rules may include one long file any number of times.
            HostAnswer<byte[]> bytes = total > MAX_TOTAL
                    ? HostAnswer.failed("more than " + MAX_TOTAL + " bytes were read from the host")
                    : files.content(found.get().target(), MAX_CONTENT);
            total += bytes.value().map(read -> read.length).orElse(0);
            return fact(path, bytes);
        });
    }

    private static <T> Fact<Optional<T>> fact(String path, HostAnswer<T> answer) {
        Location at = new Location.Whole(path);
        return switch (answer.kind()) {
            case FOUND, ABSENT -> Fact.known(answer.value(), at);
            case DENIED ->
                Fact.missing(
                        MissingValue.Reason.UNREADABLE,
                        path + " needs root: its folder or the file may not be read",
                        at);
            case NOT_COVERED ->
                Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, path + " is not in the listing of the host", at);
            case FAILED -> Fact.missing(MissingValue.Reason.UNREADABLE, path + " cannot be read: " + answer.why(), at);
        };
    }
}
