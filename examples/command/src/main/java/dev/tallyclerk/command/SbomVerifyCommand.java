package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.sbom.AttachedSbom;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomFinder;
import dev.tallyclerk.registry.sbom.SbomRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk sbom verify}: compares bills of materials with the image that they are about. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares what bills of materials claim with what the layers of the image have, in both directions.",
            "Without --sbom, takes those attached to the image: among its referrers, under the tags .sbom and .att of"
                    + " cosign, and from BuildKit in its index. Verifies no signature; trust verify does that.",
            "Differences are findings of the rules SBOM-001 to SBOM-005, under the waivers and severities of --policy."
        },
        footer = {
            "",
            "Exit status: 0 nothing differs, or the policy accepts it; 1 a bill of materials differs from the image, or"
                    + " the image is malformed, ambiguous or does not match its digests; 2 there is no bill of materials,"
                    + " or something cannot be compared; 3 usage error, or unreadable input; 4 registry or network error."
        })
final class SbomVerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Option(
            names = "--sbom",
            paramLabel = "FILE",
            description = "Compare this document: CycloneDX or SPDX 2 in JSON, alone or in an attestation. May be"
                    + " repeated.")
    private List<Path> files = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AttachmentOptions attachments;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or sarif; default text.")
    private Format format = Format.TEXT;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            description = "Lowest severity that rejects: ${COMPLETION-CANDIDATES}; default the policy's, or CRITICAL.")
    private PolicyOptions.@Nullable FailOn failOn;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Earlier report in JSON, whose findings are accepted for now.")
    private @Nullable Path baseline;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON,
        SARIF
    }

    SbomVerifyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (attachments.isGiven() && !files.isEmpty()) {
            throw Usage.error(spec, "--signature-repository is for attached documents, not for --sbom");
        }
        Auditor auditor = PolicyOptions.withBaseline(
                        Auditor.of(PolicyOptions.gated(image.policy(), failOn), SbomRules.ruleSet()), baseline)
                .withClock(clock);
        List<SbomVerification.Claimed> given = new ArrayList<>();
        for (Path file : files) {
            given.add(SbomVerification.Claimed.of(file.toString(), SbomSource.open(file)));
        }
        ImageLocation from = SourceText.parse(spec, terminal, image.source());
        RegistryAccess.Clients clients = registry.clients(terminal);
        return image.run(terminal, clients, image.source(), opened -> {
            ImageSource source = attachments.applied(from, opened.source(), registry, clients);
            return compared(opened, given.isEmpty() ? () -> attached(opened, source) : () -> given, auditor);
        });
    }

    /** Finds the documents to compare. */
    private interface Documents {
        List<SbomVerification.Claimed> find() throws IOException;
    }

    private int compared(ImageArgument.Opened opened, Documents documents, Auditor auditor) throws IOException {
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        Inventory inventory = image.analyzed(opened, analyzer).result(analyzer).orElseThrow();
        Set<Digest> names = Set.copyOf(List.of(
                opened.digest(),
                opened.config().digest(),
                opened.verification().resolved().digest()));
        SbomVerification report =
                SbomVerification.of(opened.verification(), inventory, documents.find(), names, auditor);
        reports.write(report.audit());
        switch (format) {
            case TEXT -> report.writeText(terminal.out());
            case JSON -> report.writeJson(terminal.out());
            case SARIF -> SarifReporter.create().write(report.audit(), terminal.out());
        }
        terminal.out().flush();
        return report.exitCode();
    }

    private List<SbomVerification.Claimed> attached(ImageArgument.Opened opened, ImageSource source)
            throws IOException {
        SbomFinder.Found found = SbomFinder.create().find(source, opened.digest());
        found.notes().forEach(terminal::note);
        List<SbomVerification.Claimed> claimed = new ArrayList<>();
        for (AttachedSbom each : found.list()) {
            Optional<Sbom> sbom = each.sbom();
            claimed.add(new SbomVerification.Claimed(
                    each.origin(),
                    Optional.of(each.artifact()),
                    sbom,
                    each.problem().orElse("")));
        }
        return claimed;
    }
}
