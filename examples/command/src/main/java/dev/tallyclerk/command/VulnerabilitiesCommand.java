package dev.tallyclerk.command;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.vulnerability.VulnerabilityRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk vulnerabilities}: known vulnerabilities of the packages of images. */
@Command(
        name = "vulnerabilities",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists known vulnerabilities of the packages of images, and decides by them.",
            "Verifies each image, lists its packages, and compares them with the records of a folder, which is read once"
                    + " for all images. Packages without data are unknown, and never count as free of vulnerabilities.",
            "Of sbom:FILE, a bill of materials in CycloneDX or SPDX 2, the packages are claims: VUL-007 reports that no"
                    + " image was read."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete: some packages could not be compared; 3 usage error or"
                    + " unreadable input; 4 registry or network error."
        })
final class VulnerabilitiesCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArguments sources;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private VulnerabilityOptions data;

    @Option(
            names = "--only-fixed",
            description = "Leave out vulnerabilities for which no fix is known, in the report and in the decision.")
    private boolean onlyFixed;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, jsonl (one record and package per line) or sarif; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LayerOptions layers;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the list. */
    enum Format {
        TEXT,
        JSON,
        JSONL,
        SARIF
    }

    VulnerabilitiesCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        reports.check(spec, false);
        if (sources.all(List.of()).isEmpty()) {
            throw Usage.error(spec, "nothing to look at: give a SOURCE");
        }
        Policy demanded = policy.policy();
        if (onlyFixed) {
            demanded = demanded.withoutRule(new RuleId("VUL-002"), "--only-fixed was given");
        }
        InventoryAnalyzer packages = InventoryAnalyzer.create();
        VulnerableImages images = new VulnerableImages(packages);
        // Data that cannot be read is a reason not to fetch images.
        var database = data.database();
        var statements = data.statements();
        List<ImageVerification> verified = verify(demanded, packages, images);
        List<VulnerableImages.Matched> matched = new ArrayList<>();
        for (VulnerableImages.Matched each : images.match(database, statements)) {
            matched.add(onlyFixed ? each.onlyFixed() : each);
        }
        Auditor auditor = policy.withBaseline(Auditor.of(demanded, VulnerabilityRules.ruleSet()))
                .withClock(clock);
        AuditReport audit = auditor.audit(matched.stream()
                .map(VulnerableImages.Matched::subject)
                .distinct()
                .toList());
        Decision decision = decision(verified, claimsNamed(matched, audit.decision()));
        reports.write(audit);
        VulnerabilitiesReport report = new VulnerabilitiesReport(matched, audit, decision);
        switch (format) {
            case TEXT -> report.writeText(terminal.out(), terminal.style(colour.mode()));
            case JSON -> report.writeJson(terminal.out());
            case JSONL -> report.writeLines(terminal.out());
            case SARIF -> SarifReporter.create().write(audit, terminal.out());
        }
        terminal.out().flush();
        return ExitCode.of(decision);
    }

    private List<ImageVerification> verify(Policy demanded, InventoryAnalyzer packages, VulnerableImages images)
            throws IOException {
        ImageVerifier verifier = platform.applied(
                ImageVerifier.create().withLayerLimits(layers.limits(demanded)).withAnalyzer(packages));
        // An argument that names nothing is found before anything is read.
        Map<String, Optional<ImageLocation>> locations = new LinkedHashMap<>();
        for (String source : sources.all(List.of())) {
            boolean isDocument = SbomSource.file(spec, source).isPresent();
            locations.put(
                    source, isDocument ? Optional.empty() : Optional.of(SourceText.parse(spec, terminal, source)));
        }
        RegistryAccess.Clients clients = registry.clients(terminal);
        int parallel = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        List<ImageVerification> verified = new ArrayList<>();
        try {
            for (Map.Entry<String, Optional<ImageLocation>> source : locations.entrySet()) {
                if (source.getValue().isEmpty()) {
                    Path file = SbomSource.file(spec, source.getKey()).orElseThrow();
                    images.add(source.getKey(), SbomSource.open(file));
                    continue;
                }
                ImageLocation location = source.getValue().get();
                try (ImageSource image =
                        Usage.parsed(spec, () -> location.open(clients::of, terminal.temporaryFolder()))) {
                    ImageVerification each =
                            verifier.withExecutor(threads, parallel).verify(image);
                    images.add(location.toString(), each);
                    verified.add(each);
                }
            }
        } finally {
            threads.shutdown();
        }
        return verified;
    }

    /** {@return the decision, which says so if it accepts what is only claimed} */
    private static Decision claimsNamed(List<VulnerableImages.Matched> matched, Decision rules) {
        List<String> claimed = matched.stream()
                .filter(each -> each.claims().isPresent())
                .map(each -> each.source() + ": accepted as a list of packages only; no image was read")
                .toList();
        if (claimed.isEmpty() || !rules.isAccepted()) {
            return rules;
        }
        List<String> because = new ArrayList<>(rules.because());
        because.addAll(claimed);
        return new Decision(rules.kind(), because);
    }

    /** {@return the decision by the rules, unless the content of an image is not what was promised} */
    private static Decision decision(List<ImageVerification> verified, Decision rules) {
        List<String> because = new ArrayList<>();
        boolean failed = false;
        for (ImageVerification image : verified) {
            for (ContentCheck problem : image.problems()) {
                failed |= problem.result() instanceof ContentResult.Failed;
                because.add(image.source() + ": " + problem.describe());
            }
        }
        if (because.isEmpty()) {
            return rules;
        }
        boolean rejected = failed || rules.kind() == Decision.Kind.REJECTED;
        because.addAll(rules.kind() == Decision.Kind.REJECTED ? rules.because() : List.of());
        return new Decision(rejected ? Decision.Kind.REJECTED : Decision.Kind.INCOMPLETE, because);
    }
}
