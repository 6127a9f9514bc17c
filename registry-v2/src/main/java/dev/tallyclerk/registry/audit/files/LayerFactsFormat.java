package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.analysis.LayerResultFormat;
import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The facts about layers as bytes, for one image. */
final class LayerFactsFormat implements LayerResultFormat<LayerFacts> {
    private final AtomicLong budget;

    /**
     * Creates the format.
     *
     * @param budget the bytes that all layers of the image may still keep together
     */
    LayerFactsFormat(AtomicLong budget) {
        this.budget = budget;
    }

    @Override
    public void write(LayerFacts facts, DataOutput out) throws IOException {
        RecordWriter record = new RecordWriter(out);
        record.each(facts.contents(), record::number, kept -> {
            kept.entry().writeTo(out);
            byte[] content = kept.content();
            record.flag(content != null);
            if (content != null) {
                record.bytes(content);
            }
            record.text(kept.problem());
        });
        facts.always().writeTo(record);
        facts.alone().writeTo(record);
        record.large(facts.bytes());
        record.each(facts.secrets(), record::number, secret -> secret.writeTo(record));
        LayerFacts.Packages packages = facts.packages();
        record.each(packages.unchanged(), record::number);
        record.each(packages.listed(), record::text);
        record.flag(packages.hasLists());
        record.flag(packages.hasDistribution());
        record.each(facts.scripts(), record::number);
        record.each(facts.runtimeScripts(), record::number);
        record.each(facts.programs(), record::number, program -> {
            program.entry().writeTo(out);
            write(program.elf(), record);
        });
        record.flag(facts.hasMoreSecrets());
        record.flag(facts.hasMorePrograms());
    }

    private static void write(ElfFile elf, RecordWriter record) throws IOException {
        record.constant(elf.relro());
        record.flag(elf.isPositionIndependent());
        record.flag(elf.hasExecutableStack());
        record.constant(elf.canary());
        record.each(elf.libraryPaths(), record::text);
        record.text(elf.problem());
    }

    @Override
    public LayerFacts read(DataInput in) throws IOException {
        RecordReader record = new RecordReader(in);
        return new LayerFacts(
                record.each(record::number, () -> kept(record)),
                Findings.readFrom(record),
                Findings.readFrom(record),
                record.large(),
                record.each(record::number, () -> SecretFile.readFrom(record)),
                new LayerFacts.Packages(
                        new HashSet<>(record.each(record::number)),
                        new HashSet<>(record.each(record::text)),
                        record.flag(),
                        record.flag()),
                new HashSet<>(record.each(record::number)),
                new HashSet<>(record.each(record::number)),
                record.each(record::number, () -> program(record)),
                record.flag(),
                record.flag());
    }

    /** What other layers of the image leave no room for counts as not read, as it would have been. */
    private LayerFacts.Kept kept(RecordReader record) throws IOException {
        LayerEntry entry = LayerEntry.readFrom(record.in());
        byte @Nullable [] content = record.flag() ? record.bytes() : null;
        String problem = record.text();
        return content != null && !LayerCollector.takes(budget, entry)
                ? new LayerFacts.Kept(entry, null, LayerCollector.NO_ROOM)
                : new LayerFacts.Kept(entry, content, problem);
    }

    private static LayerFacts.Program program(RecordReader record) throws IOException {
        return new LayerFacts.Program(
                LayerEntry.readFrom(record.in()),
                new ElfFile(
                        record.constant(ElfFile.Relro.class),
                        record.flag(),
                        record.flag(),
                        record.constant(ElfFile.Canary.class),
                        record.each(record::text),
                        record.text()));
    }
}
