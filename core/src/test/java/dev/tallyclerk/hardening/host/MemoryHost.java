package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A host in memory, with the exceptions that a real file system gives. */
final class MemoryHost implements HostFiles {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

    private final TreeMap<String, HostEntry> entries = new TreeMap<>();
    private final Map<String, byte[]> contents = new TreeMap<>();
    private final TreeSet<String> closed = new TreeSet<>();

    MemoryHost() {
        entries.put("/", HostEntry.of(HostEntry.Type.FOLDER, 0755, 0, 0));
    }

    MemoryHost with(String path, HostEntry entry) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            entries.putIfAbsent(path.substring(0, slash), HostEntry.of(HostEntry.Type.FOLDER, 0755, 0, 0));
        }
        entries.put(path, entry);
        return this;
    }

    MemoryHost file(String path, int mode, long uid, long gid) {
        return with(path, HostEntry.of(HostEntry.Type.FILE, mode, uid, gid));
    }

    MemoryHost file(String path) {
        return file(path, 0644, 0, 0);
    }

    MemoryHost text(String path, String text) {
        contents.put(path, text.getBytes(StandardCharsets.UTF_8));
        return entries.containsKey(path) ? this : file(path);
    }

    MemoryHost folder(String path, int mode) {
        return with(path, HostEntry.of(HostEntry.Type.FOLDER, mode, 0, 0));
    }

    MemoryHost link(String path, String target) {
        return with(path, HostEntry.link(target));
    }

    /** Makes a folder that may not be entered, or a file that may not be read. */
    MemoryHost closed(String path) {
        closed.add(path);
        return this;
    }

    private void check(String path) throws IOException {
        for (String folder : closed) {
            if (path.startsWith(folder + "/")) {
                throw new AccessDeniedException(path);
            }
        }
    }

    @Override
    public HostEntry entry(String path) throws IOException {
        check(path);
        HostEntry entry = entries.get(path);
        if (entry == null) {
            throw new NoSuchFileException(path);
        }
        return entry;
    }

    @Override
    public List<String> names(String folder) throws IOException {
        check(folder + "/");
        String above = folder.equals("/") ? folder : folder + "/";
        List<String> names = new ArrayList<>();
        for (String path : entries.tailMap(above, false).keySet()) {
            if (path.startsWith(above) && path.indexOf('/', above.length()) < 0) {
                names.add(path.substring(above.length()));
            }
        }
        return names;
    }

    @Override
    public byte[] content(String path, int maxBytes) throws IOException {
        check(path);
        if (closed.contains(path)) {
            throw new AccessDeniedException(path);
        }
        byte[] content = contents.getOrDefault(path, new byte[0]);
        if (content.length > maxBytes) {
            throw new IOException("too long");
        }
        return content;
    }

    HostSubject read() {
        return HostSubject.builder("host", this).read();
    }

    Outcome outcome(String rule) {
        return outcome(read(), rule);
    }

    Outcome.Kind kind(String rule) {
        return outcome(rule).kind();
    }

    static Outcome outcome(HostSubject host, String id) {
        for (Rule<?> rule : HostRules.ruleSet().rules()) {
            if (rule.info().id().value().equals(id)) {
                return evaluate(rule, host);
            }
        }
        throw new AssertionError("no rule " + id);
    }

    static Map<String, Outcome.Kind> kinds(HostSubject host) {
        Map<String, Outcome.Kind> kinds = new TreeMap<>();
        for (Rule<?> rule : HostRules.ruleSet().rules()) {
            kinds.put(rule.info().id().value(), evaluate(rule, host).kind());
        }
        return kinds;
    }

    @SuppressWarnings("unchecked") // all rules of the set are over hosts
    private static Outcome evaluate(Rule<?> rule, HostSubject host) {
        return ((Rule<HostSubject>) rule).evaluate(host, RuleContext.at(NOW));
    }
}
