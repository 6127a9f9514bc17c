package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A host in memory, with the answers that a real file system gives. */
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

    private boolean isClosed(String path) {
        return closed.stream().anyMatch(folder -> path.startsWith(folder + "/"));
    }

    @Override
    public HostAnswer<HostEntry> entry(String path) {
        if (isClosed(path)) {
            return HostAnswer.denied();
        }
        HostEntry entry = entries.get(path);
        return entry == null ? HostAnswer.absent() : HostAnswer.found(entry);
    }

    @Override
    public HostAnswer<List<String>> names(String folder) {
        if (isClosed(folder + "/")) {
            return HostAnswer.denied();
        }
        String above = folder.equals("/") ? folder : folder + "/";
        List<String> names = new ArrayList<>();
        for (String path : entries.tailMap(above, false).keySet()) {
            if (path.startsWith(above) && path.indexOf('/', above.length()) < 0) {
                names.add(path.substring(above.length()));
            }
        }
        return HostAnswer.found(names);
    }

    @Override
    public HostAnswer<byte[]> content(String path, int maxBytes) {
        if (isClosed(path) || closed.contains(path)) {
            return HostAnswer.denied();
        }
        byte[] content = contents.getOrDefault(path, new byte[0]);
        return content.length > maxBytes ? HostAnswer.failed("too long") : HostAnswer.found(content);
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
