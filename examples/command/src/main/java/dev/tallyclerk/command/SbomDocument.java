package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.sbom.DescribedImage;
import dev.tallyclerk.registry.sbom.SbomFormat;
import dev.tallyclerk.registry.sbom.SbomWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A bill of materials of an image.
 *
 * @param bytes the document
 * @param exitCode whether packages may be missing
 */
@SuppressWarnings("ArrayRecordComponent") // handed on and not compared
record SbomDocument(byte[] bytes, int exitCode) {
    /** {@return the writer that options ask for} */
    static SbomWriter writer(CommandSpec spec, SbomFormat format, @Nullable String created, Clock clock) {
        SbomWriter writer = SbomWriter.of(format);
        if (created == null) {
            return writer;
        }
        try {
            return writer.withCreated(created.equals("now") ? clock.instant() : Instant.parse(created));
        } catch (DateTimeParseException e) {
            throw Usage.error(spec, "--created must be a time such as 2026-11-24T12:00:00Z, or now, not " + created);
        }
    }

    /** {@return the name that an option states} */
    static Optional<Reference> named(CommandSpec spec, @Nullable String name) {
        return name == null ? Optional.empty() : Optional.of(Usage.parsed(spec, () -> Reference.parseNormalized(name)));
    }

    /** {@return the bill of materials of an image} */
    static SbomDocument written(
            Terminal terminal,
            ImageArgument image,
            ImageArgument.Opened opened,
            SbomWriter writer,
            Optional<Reference> named)
            throws IOException {
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        Inventory inventory = image.analyzed(opened, analyzer).result(analyzer).orElseThrow();
        DescribedImage described = DescribedImage.of(opened.verification());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(named.map(described::withRepository).orElse(described), inventory, out);
        return new SbomDocument(out.toByteArray(), ComparedContents.report(terminal, List.of(inventory)));
    }
}
