package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.registry.verify.LayerResults;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Audits a fleet on one machine, in three steps: the documents of each image, each distinct layer once, and the
 * verdicts, which need nothing but the first two. Documents and results of layers are in the folder of the state, so
 * that memory holds only names, and a run that was killed continues.
 */
final class FleetAudit implements Closeable {
    static final String LINES = "images.jsonl";

    private final Registries registries;
    private final Judge judge;
    private final StateFolder state;
    private final Workers workers;
    private final PrintStream progress;
    private final Map<String, Long> positions = new TreeMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private final Map<String, LayerUse> layers = new LinkedHashMap<>();
    private final Map<String, LayerOutcome> outcomes = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();
    private volatile boolean areResultsLost;

    /** What became of an image's documents, and where the record is if there is one. */
    private record Recorded(String name, boolean isAttached, String failure, long position) {
        static Recorded of(ImageRecord record, long position) {
            return new Recorded(record.name(), record.isAttached(), record.failure(), position);
        }
    }

    FleetAudit(Registries registries, Judge judge, StateFolder state, int threads, PrintStream progress) {
        this.registries = registries;
        this.judge = judge;
        this.state = state;
        this.workers = new Workers(threads);
        this.progress = progress;
    }

    /**
     * Audits the images and writes the reports.
     *
     * @return the exit status
     */
    int run(List<FleetImage> images, Path output, Instant time) throws IOException {
        Map<String, FleetImage> wanted = new TreeMap<>();
        images.forEach(image -> wanted.put(image.name(), image));
        try (Journal records = Journal.open(
                        state.file("images.log"), (position, bytes) -> known(wanted, position, ImageRecord.of(bytes)));
                Journal read = Journal.open(state.file("layers.log"), (position, bytes) -> known(bytes))) {
            documents(images, records);
            layers(wanted, records, read);
            int status = verdicts(wanted, records, output, time);
            records.clear(); // a name may stand for another image in the next run
            state.finish(!isWhole() && !areResultsLost);
            return status;
        }
    }

    private void known(Map<String, FleetImage> wanted, long position, ImageRecord record) {
        if (wanted.containsKey(record.name())) {
            note(Recorded.of(record, position));
        }
    }

    private void note(Recorded recorded) {
        if (recorded.isAttached) {
            leftOut.add(recorded.name);
        } else if (recorded.failure.isEmpty()) {
            positions.put(recorded.name, recorded.position);
        } else {
            failures.put(recorded.name, recorded.failure);
        }
    }

    private void documents(List<FleetImage> images, Journal records) throws IOException {
        progress.println(
                images.size() + " images, " + (positions.size() + leftOut.size()) + " of them known from a run before");
        Iterator<FleetImage> left = images.stream()
                .filter(image -> !positions.containsKey(image.name()) && !leftOut.contains(image.name()))
                .iterator();
        workers.each(
                left,
                image -> {
                    ImageRecord record = ImageRecord.read(image, registries, judge);
                    boolean isKnown = record.failure().isEmpty(); // if not, a later run may read it
                    return Recorded.of(record, isKnown ? records.add(record.toBytes()) : -1);
                },
                this::note);
    }

    private void layers(Map<String, FleetImage> wanted, Journal records, Journal read) throws IOException {
        for (Map.Entry<String, Long> position : positions.entrySet()) {
            FleetImage image = wanted.get(position.getKey());
            if (image == null) {
                continue; // gone since the run that is continued
            }
            for (LayerNeed layer :
                    ImageRecord.of(records.read(position.getValue())).layers()) {
                layers.computeIfAbsent(layer.group(), group -> new LayerUse()).add(layer, image);
            }
        }
        List<LayerUse> left =
                layers.values().stream().filter(use -> !isKnown(use)).toList();
        progress.println(layers.size() + " distinct layers, " + (layers.size() - left.size())
                + " of them known from a run before");
        LayerScanner scanner = LayerScanner.of(registries, judge);
        workers.each(
                left.iterator(),
                use -> {
                    Map<String, LayerOutcome> found =
                            scanner.scan(use, state.results().at(use.origin()));
                    for (Map.Entry<String, LayerOutcome> outcome : found.entrySet()) {
                        if (outcome.getValue().kind() == LayerOutcome.Kind.KNOWN) {
                            // Now, because the process may be killed.
                            read.add(bytes(outcome.getKey(), outcome.getValue()));
                        }
                    }
                    return found;
                },
                outcomes::putAll);
    }

    private boolean isKnown(LayerUse use) {
        return use.needs().stream().allMatch(need -> outcomes.containsKey(need.key()));
    }

    /** {@return what reading all layers of these images has come to} */
    private Stream<LayerOutcome> outcomes() {
        return layers.values().stream().flatMap(use -> use.needs().stream()).map(need -> outcome(need.key()));
    }

    private static byte[] bytes(String key, LayerOutcome outcome) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Texts.write(List.of(key, outcome.kind().name(), outcome.reason(), outcome.message()), out);
            out.writeLong(outcome.hashed());
        }
        return bytes.toByteArray();
    }

    private void known(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            List<String> texts = Texts.readList(in);
            outcomes.put(
                    texts.get(0),
                    new LayerOutcome(
                            LayerOutcome.Kind.valueOf(texts.get(1)), texts.get(2), texts.get(3), in.readLong()));
        }
    }

    private int verdicts(Map<String, FleetImage> wanted, Journal records, Path output, Instant time)
            throws IOException {
        Files.createDirectories(output);
        Summary summary = new Summary();
        Path part = output.resolve(LINES + ".part");
        try (BufferedWriter lines = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            Iterator<FleetImage> all = wanted.values().stream()
                    .filter(image -> !leftOut.contains(image.name()))
                    .iterator();
            workers.each(all, image -> verdict(image, records), verdict -> {
                summary.add(verdict);
                lines.write(verdict.toJson() + "\n");
            });
        }
        long hashed = outcomes().mapToLong(LayerOutcome::hashed).sum();
        Files.move(part, output.resolve(LINES), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        summary.write(output, new Summary.Run(time, state.began(), hashed, leftOut.size()), progress);
        return summary.exitStatus();
    }

    private boolean isWhole() {
        return failures.isEmpty() && outcomes().noneMatch(outcome -> outcome.kind() == LayerOutcome.Kind.UNKNOWN);
    }

    private Verdict verdict(FleetImage image, Journal records) throws IOException {
        Long position = positions.get(image.name());
        ImageRecord record = position != null
                ? ImageRecord.of(records.read(position))
                : ImageRecord.unreadable(
                        image.name(), image.origin(), failures.getOrDefault(image.name(), "the image was not read"));
        return judge.verdict(record, watched(state.results().at(record.origin())), layer -> outcome(layer.key()));
    }

    /** {@return results that are all there, unless the folder was damaged} */
    private LayerResults watched(LayerResults results) {
        return new LayerResults() {
            @Override
            public Optional<InputStream> find(String key) throws IOException {
                Optional<InputStream> found = results.find(key);
                if (found.isEmpty()) {
                    areResultsLost = true;
                }
                return found;
            }

            @Override
            public void save(String key, Content content) throws IOException {
                results.save(key, content);
            }
        };
    }

    /** {@return what reading a layer has come to; every layer of an image that was read has one} */
    private LayerOutcome outcome(String key) {
        return Objects.requireNonNull(outcomes.get(key), key);
    }

    @Override
    public void close() {
        workers.close();
    }
}
