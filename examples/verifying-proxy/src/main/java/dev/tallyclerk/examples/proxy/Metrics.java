package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyEvent;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Counters in the text format 0.0.4 of Prometheus. Labels are the upstream, the kind of content and the outcome, so
 * their number has a limit. The names that begin with {@code registry_proxy} are those of docker-registry 3.
 */
final class Metrics {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Map<String, String> HELP = Map.of(
            "registry_proxy_requests_total", "Requests for content.",
            "registry_proxy_hits_total", "Content that was in the cache.",
            "registry_proxy_misses_total", "Content that an upstream was asked for.",
            "registry_proxy_pulled_bytes_total", "Bytes fetched from upstreams into the cache.",
            "registry_proxy_pushed_bytes_total", "Bytes of bodies sent to clients.",
            "tallyclerk_proxy_answers_total", "Answers by status.",
            "tallyclerk_proxy_events_total", "What else happened, by its kind.",
            "tallyclerk_proxy_aborted_total", "Answers that were cut off.");

    private final Map<String, Map<String, LongAdder>> counters = new ConcurrentHashMap<>();

    private void add(String name, String labels, long by) {
        counters.computeIfAbsent(name, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(labels, any -> new LongAdder())
                .add(by);
    }

    void event(ProxyEvent event) {
        String labels = "type=\"" + word(event.content()) + "\",upstream=\"" + label(event.upstream()) + "\"";
        switch (event.kind()) {
            case REQUEST -> {
                add("registry_proxy_requests_total", labels, 1);
                add("tallyclerk_proxy_answers_total", labels + ",status=\"" + event.status() + "\"", 1);
            }
            case HIT -> add("registry_proxy_hits_total", labels, 1);
            case MISS -> add("registry_proxy_misses_total", labels, 1);
            case FILL -> add("registry_proxy_pulled_bytes_total", labels, event.bytes());
            default -> add("tallyclerk_proxy_events_total", labels + ",kind=\"" + word(event.kind()) + "\"", 1);
        }
    }

    /** Counts an answer that the core was not asked for. */
    void refused(int status) {
        add("tallyclerk_proxy_answers_total", "type=\"other\",upstream=\"\",status=\"" + status + "\"", 1);
    }

    void sent(String type, long bytes, boolean isComplete) {
        add("registry_proxy_pushed_bytes_total", "type=\"" + type + "\"", bytes);
        if (!isComplete) {
            add("tallyclerk_proxy_aborted_total", "type=\"" + type + "\"", 1);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String label(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /**
     * {@return all of it}
     *
     * @param gauges names and values of the moment
     */
    String text(Map<String, Long> gauges) {
        StringBuilder out = new StringBuilder();
        counters.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(counter -> {
            String name = counter.getKey();
            out.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(HELP.getOrDefault(name, ""))
                    .append('\n');
            out.append("# TYPE ").append(name).append(" counter\n");
            out.append(counter.getValue().entrySet().stream()
                    .sorted(Comparator.comparing(Map.Entry::getKey))
                    .map(value -> name + "{" + value.getKey() + "} "
                            + value.getValue().sum() + "\n")
                    .collect(Collectors.joining()));
        });
        gauges.forEach((name, value) -> out.append("# TYPE ")
                .append(name)
                .append(" gauge\n")
                .append(name)
                .append(' ')
                .append(value)
                .append('\n'));
        return out.toString();
    }
}
