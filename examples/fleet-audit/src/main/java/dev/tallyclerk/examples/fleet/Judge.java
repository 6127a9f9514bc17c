package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.base.BaseAnnotation;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.verify.LayerResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Decides on images from their recorded documents and the results of their layers. It reads nothing else, so that it
 * decides alike wherever it runs. Safe for use by several threads.
 */
public final class Judge {
    private static final String ACCEPTED = "accepted";
    private static final String REJECTED = "rejected";
    private static final String INCOMPLETE = "incomplete";
    private static final String NO_GATE = "NONE";
    private static final List<RuleSet> RULES = List.of(ImageRules.ruleSet(), FileSystemRules.ruleSet());

    private final ImageVerifier verifier;
    private final FileSystemAnalyzer files;
    private final Auditor auditor;
    private final Optional<Trust> trust;

    private Judge(ImageVerifier verifier, FileSystemAnalyzer files, Auditor auditor, Optional<Trust> trust) {
        this.verifier = verifier;
        this.files = files;
        this.auditor = auditor;
        this.trust = trust;
    }

    /**
     * {@return a judge}
     *
     * @throws IOException if a policy or key cannot be read
     * @throws IllegalArgumentException if a setting is not spelled right
     */
    public static Judge of(Settings settings) throws IOException {
        Policy policy = settings.policy().isEmpty() ? Policy.defaults() : read(Path.of(settings.policy()));
        if (!settings.profile().isEmpty()) {
            policy = policy.withProfile(Profile.valueOf(settings.profile()));
        }
        if (settings.failOn().equals(NO_GATE)) {
            policy = policy.withoutGate();
        } else if (!settings.failOn().isEmpty()) {
            policy = policy.withGate(Severity.valueOf(settings.failOn()));
        }
        ImageVerifier verifier = ImageVerifier.create();
        verifier = verifier.withMergeOptions(verifier.mergeOptions()
                .withMaxMemoryBytes(settings.maxImageMemory())
                .withLayerLimits(LayerLimits.of(policy)));
        if (!settings.platform().isEmpty()) {
            verifier = verifier.withPlatform(Platform.parse(settings.platform()));
        }
        return new Judge(
                verifier,
                FileSystemAnalyzer.of(policy),
                Auditor.of(policy, RULES).withClock(Clock.fixed(settings.time(), ZoneOffset.UTC)),
                Trust.of(settings));
    }

    private static Policy read(Path file) throws IOException {
        PolicyReader reader = PolicyReader.of(RULES);
        byte[] document = Files.readAllBytes(file);
        String name = file.toString().toLowerCase(Locale.ROOT);
        try {
            return name.endsWith(".yaml") || name.endsWith(".yml")
                    ? YamlPolicyReader.of(reader).read(document)
                    : reader.read(document);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** {@return who has to have signed, if anybody has} */
    Optional<Trust> trust() {
        return trust;
    }

    /** {@return what verifies documents} */
    public ImageVerifier verifier() {
        return verifier;
    }

    /** {@return what verifies and analyzes single layers, within the same limits and for any platform} */
    ImageVerifier layerVerifier() {
        return ImageVerifier.create().withMergeOptions(verifier.mergeOptions()).withAnalyzer(files);
    }

    /**
     * {@return the verdict on an image}
     *
     * @param results the results of the layers that are {@linkplain LayerOutcome.Kind#KNOWN known}
     * @param outcomes gives what reading a layer has led to
     */
    public Verdict verdict(ImageRecord image, LayerResults results, Function<LayerNeed, LayerOutcome> outcomes) {
        if (!image.failure().isEmpty()) {
            return Draft.of(image).decided(INCOMPLETE, List.of(image.failure()));
        }
        Draft draft = Draft.of(image);
        try {
            return judged(draft, results, outcomes);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // A result is gone from the store, or one image is too much: no reason to accept, nor to give up the
            // others.
            return draft.decided(INCOMPLETE, List.of(Messages.of(e)));
        }
    }

    private Verdict judged(Draft draft, LayerResults results, Function<LayerNeed, LayerOutcome> outcomes)
            throws IOException {
        ImageRecord image = draft.image;
        RecordedImage source = new RecordedImage(image);
        ImageVerification documents = verifier.withoutLayers().verify(source);
        draft.add(documents);
        List<String> failed = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (ContentCheck check : documents.problems()) {
            if (check.kind() != ContentCheck.Kind.LAYER) {
                (check.result() instanceof ContentResult.Failed ? failed : unknown).add(check.describe());
            }
        }
        for (LayerNeed layer : image.layers()) {
            LayerOutcome outcome = outcomes.apply(layer);
            String what = "layer " + layer.digest() + ": " + outcome.message();
            if (outcome.kind() == LayerOutcome.Kind.WRONG) {
                failed.add(what);
                draft.wrong.add(new Verdict.WrongLayer(layer.digest(), outcome.reason(), outcome.message()));
            } else if (outcome.kind() == LayerOutcome.Kind.UNKNOWN) {
                unknown.add(what);
            }
        }
        if (failed.isEmpty()
                && unknown.isEmpty()
                && documents.manifest().filter(ImageManifest::isImage).isEmpty()) {
            unknown.add("it is an artifact and not an image");
        }
        if (!failed.isEmpty() || !unknown.isEmpty()) {
            return draft.decided(failed.isEmpty() ? INCOMPLETE : REJECTED, failed.isEmpty() ? unknown : failed);
        }
        return draft.decided(audited(source, results));
    }

    private AdmissionResult audited(RecordedImage source, LayerResults results) throws IOException {
        Admission admission = Admission.of(auditor)
                .withVerifier(verifier.withLayerResults(results))
                .withFileSystemAnalyzer(files);
        return source.reference().isPresent()
                ? admission.check(source, source.reference().get())
                : admission.check(source);
    }

    /** A verdict in the making. */
    private static final class Draft {
        private final ImageRecord image;
        private Verdict.Base base = new Verdict.Base("", "", "");
        private List<Verdict.Layer> layers = List.of();
        private final List<Verdict.WrongLayer> wrong = new ArrayList<>();

        private Draft(ImageRecord image) {
            this.image = image;
        }

        static Draft of(ImageRecord image) {
            return new Draft(image);
        }

        void add(ImageVerification documents) {
            Optional<ImageManifest> manifest = documents.manifest().filter(ImageManifest::isImage);
            Optional<ImageConfig> config = documents.config();
            layers = manifest.stream()
                    .flatMap(each -> each.layers().stream())
                    .map(layer -> new Verdict.Layer(layer.digest().toString(), layer.size()))
                    .toList();
            if (manifest.isPresent() && config.isPresent() && !layers.isEmpty()) {
                base = new Verdict.Base(
                        BaseAnnotation.of(
                                        manifest.get().annotations(),
                                        config.get().execution().labels())
                                .map(BaseAnnotation::toString)
                                .orElse(""),
                        layers.get(0).digest(),
                        firstStep(config.get()).map(Instant::toString).orElse(""));
            }
        }

        private static Optional<Instant> firstStep(ImageConfig config) {
            return config.history().stream()
                    .filter(step -> !step.emptyLayer())
                    .findFirst()
                    .map(HistoryEntry::created)
                    .orElse(config.created());
        }

        Verdict decided(String decision, List<String> because) {
            return decided(decision, false, because, List.of());
        }

        private Verdict decided(
                String decision, boolean isVerified, List<String> because, List<Verdict.FailedRule> rules) {
            TrustDecision trust = image.trust();
            List<String> reasons = new ArrayList<>(trust.passes() ? List.of() : trust.because());
            if (trust.passes() || !decision.equals(ACCEPTED)) {
                reasons.addAll(because);
            }
            return new Verdict(
                    image.name(),
                    image.digest().map(Digest::toString).orElse(""),
                    trust.passes() || decision.equals(REJECTED) ? decision : trust.decision(),
                    isVerified,
                    reasons,
                    image.signed().name().toLowerCase(Locale.ROOT),
                    trust,
                    base,
                    layers,
                    wrong,
                    rules);
        }

        Verdict decided(AdmissionResult result) {
            List<Verdict.FailedRule> rules =
                    result.audit().map(Draft::failedRules).orElse(List.of());
            return decided(
                    result.decision().kind().name().toLowerCase(Locale.ROOT),
                    result.verification()
                            .filter(image -> image.verdict() == ImageVerification.Verdict.VERIFIED)
                            .isPresent(),
                    result.decision().because(),
                    rules);
        }

        private static List<Verdict.FailedRule> failedRules(AuditReport report) {
            Map<String, List<Finding>> byRule = new TreeMap<>();
            for (Finding finding : report.findings(Outcome.Kind.FAIL)) {
                if (finding.disposition() == Disposition.OPEN) {
                    byRule.computeIfAbsent(finding.rule().id().value(), id -> new ArrayList<>())
                            .add(finding);
                }
            }
            List<Verdict.FailedRule> rules = new ArrayList<>();
            byRule.forEach((id, findings) -> rules.add(new Verdict.FailedRule(
                    id,
                    findings.get(0).rule().title(),
                    findings.stream()
                            .map(Finding::severity)
                            .max(Severity::compareTo)
                            .orElseThrow()
                            .name(),
                    findings.size())));
            return rules;
        }
    }
}
