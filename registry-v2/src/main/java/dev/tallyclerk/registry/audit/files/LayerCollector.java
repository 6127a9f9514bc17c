package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.secret.SecretEngine;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Collects what rules need of one layer. */
final class LayerCollector implements LayerAnalysis<LayerFacts> {
    static final String NO_ROOM =
            "was not read, because the files that rules look at are larger than all that is kept of an image";

    /** The memory of a kept file without its content. */
    private static final int KEPT_BYTES = 256;

    /** The most files of one layer that are kept. */
    private static final int MAX_KEPT = 10_000;

    private final Predicate<String> isWanted;
    private final AtomicLong budget;
    private final SecretSearch search;
    private final Map<Integer, LayerFacts.Kept> contents = new HashMap<>();
    private long bytes;
    private final Findings always = new Findings();
    private final Findings alone = new Findings();

    private final PackageFiles packages;

    /**
     * Creates a collector.
     *
     * @param budget the bytes that all layers of the image may still keep together
     * @param packages reads the databases of the layer's packages
     */
    LayerCollector(Predicate<String> isWanted, AtomicLong budget, SecretEngine engine, PackageFiles packages) {
        this.packages = packages;
        this.search = new SecretSearch(engine);
        this.isWanted = isWanted;
        this.budget = budget;
    }

    @Override
    public Optional<ContentConsumer> entry(LayerEntry entry) {
        if (entry.whiteout().isPresent()) {
            EntryChecks.name(entry, always);
            return Optional.empty();
        }
        bytes += entry.size();
        EntryChecks.name(entry, always);
        EntryChecks.device(entry, always);
        EntryChecks.attributes(entry.path(), entry, entry, 0, alone);
        if (entry.type() != LayerEntry.Type.FILE || entry.size() == 0) {
            return entry.type() == LayerEntry.Type.FILE && isWanted.test(entry.path())
                    ? content(entry)
                    : Optional.empty();
        }
        Optional<ContentConsumer> whole = isWanted.test(entry.path()) ? content(entry) : Optional.empty();
        Optional<ContentConsumer> database = packages.entry(entry);
        ContentConsumer all = search.search(entry);
        if (whole.isPresent()) {
            all = SecretSearch.both(whole.get(), all);
        }
        return Optional.of(database.isPresent() ? SecretSearch.both(database.get(), all) : all);
    }

    /** {@return whether there is room for the content of an entry} */
    static boolean takes(AtomicLong budget, LayerEntry entry) {
        return budget.addAndGet(-entry.size() - KEPT_BYTES) >= 0;
    }

    private Optional<ContentConsumer> content(LayerEntry entry) {
        if (entry.size() > FileCheck.MAX_CONTENT_BYTES) {
            keep(
                    entry,
                    "has " + entry.size() + " bytes, more than the " + FileCheck.MAX_CONTENT_BYTES + " that are read");
            return Optional.empty();
        }
        if (!takes(budget, entry)) {
            keep(entry, NO_ROOM);
            return Optional.empty();
        }
        // Kept without content if the layer ends within it.
        if (!keep(entry, "was not read to its end")) {
            return Optional.empty();
        }
        return Optional.of(ContentConsumer.whole(
                content -> contents.put(entry.position(), new LayerFacts.Kept(entry, content, ""))));
    }

    /** {@return whether there is room; a file without room counts as not read} */
    private boolean keep(LayerEntry entry, String problem) {
        if (contents.size() >= MAX_KEPT) {
            return false;
        }
        contents.put(entry.position(), new LayerFacts.Kept(entry, null, problem));
        return true;
    }

    @Override
    public LayerFacts finish() {
        return new LayerFacts(
                Map.copyOf(contents),
                always,
                alone,
                bytes,
                search.secrets(),
                packages.facts(search.secrets().values()),
                search.scripts(),
                search.runtimeScripts(),
                search.programs(),
                search.isCut(),
                search.areProgramsCut());
    }
}
