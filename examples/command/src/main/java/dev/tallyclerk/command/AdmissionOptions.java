package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How images are verified and decided on, the same for each command that does. */
final class AdmissionOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Option(
            names = "--artifact",
            description = "Accept an artifact, such as a chart or an SBOM, if its content is the promised one; without"
                    + " this, an artifact is incomplete.")
    private boolean artifact;

    @Option(
            names = "--trust",
            paramLabel = "tuf:ROOT.json,URL",
            description = {
                "Take the digest from the targets of a TUF repository, and not from the registry. ROOT.json is the trusted"
                        + " root, URL where the metadata lies: http, https, file, or docker://HOST/REPOSITORY:TAG."
            })
    private @Nullable String trust;

    @Option(
            names = "--trust-target",
            paramLabel = "PATH",
            description =
                    "The path of the image's target; default HOST/REPOSITORY:TAG, whole, as in docker.io/library/a:1.")
    private @Nullable String trustTarget;

    @Option(
            names = "--trust-store",
            paramLabel = "DIR",
            description = "Where the metadata last trusted is kept, against rollback, in a folder for each repository;"
                    + " default in the user's state folder.")
    private @Nullable Path trustStore;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TrustOptions signatures;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The whole name by which the image will be loaded, for rules on names, --trust-policy and"
                    + " --trust; default the image's own.")
    private @Nullable String name;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private VulnerabilityOptions vulnerabilities;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LayerOptions layers;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AttachmentOptions attachments;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /**
     * An image to decide on.
     *
     * @param from where it is
     * @param name the name by which it will be loaded, if it has one
     * @param trusted where its digest comes from, if not from its source
     */
    record Request(ImageLocation from, Optional<Reference> name, Optional<TrustSpec> trusted) {}

    /** {@return the policy and its overrides} */
    PolicyOptions policy() {
        return policy;
    }

    /** {@return whether an option is given that only images have} */
    boolean hasImageOptions() {
        return artifact
                || trust != null
                || trustTarget != null
                || trustStore != null
                || name != null
                || !signatures.isEmpty()
                || attachments.isGiven();
    }

    /** {@return whether an option is given that only one image can have} */
    boolean hasOptionsForOneImage() {
        return name != null || trustTarget != null;
    }

    /** Refuses options that contradict each other or have no effect alone. */
    void check() {
        signatures.check(spec);
        if (trust != null && !signatures.isEmpty()) {
            throw Usage.error(spec, "--trust names a TUF repository; in a --trust-policy, a rule can");
        }
        if (trust == null && (trustTarget != null || (trustStore != null && signatures.isEmpty()))) {
            throw Usage.error(spec, "--trust-target and --trust-store go with --trust");
        }
        if (vulnerabilities.hasStatements() && !vulnerabilities.hasDatabase()) {
            throw Usage.error(spec, "--vex goes with --database");
        }
    }

    /** {@return what to decide on} */
    Request request(ImageLocation from, Terminal terminal) {
        Optional<Reference> named = TrustVerifyCommand.named(spec, name, from);
        String spelling = trust;
        if (spelling == null) {
            return new Request(from, named, Optional.empty());
        }
        if (!from.hasManifest()) {
            throw Usage.error(
                    spec, "a docker archive has no manifest whose digest anybody could vouch for; use an OCI layout");
        }
        String target = trustTarget;
        if (target == null) {
            Reference reference = named.filter(each -> each.tag().isPresent())
                    .orElseThrow(() -> Usage.error(
                            spec, "this SOURCE has no name and tag to look up; give --name or --trust-target PATH"));
            target = TufDigestResolver.targetPath(reference);
        }
        String path = target;
        TrustSpec trusted =
                Usage.parsed(spec, () -> TrustSpec.parse(spelling, path, trustStore, terminal.environment()));
        return new Request(from, named, Optional.of(trusted));
    }

    /** {@return what looks at the files of images} */
    FileSystemAnalyzer analyzer() throws IOException {
        return KnownRules.analyzer(policy.policy());
    }

    /**
     * {@return what decides on images, but for signatures}
     *
     * @param files looks at their files
     * @param verifying completes the verifier
     */
    Admission admission(Clock clock, FileSystemAnalyzer files, UnaryOperator<ImageVerifier> verifying)
            throws IOException {
        Policy demanded = layers.applied(policy.policy());
        ImageVerifier verifier = platform.applied(ImageVerifier.create());
        Admission admission = Admission.of(policy.withBaseline(Auditor.of(demanded, KnownRules.imageRuleSets()))
                        .withClock(clock))
                .withVerifier(verifying.apply(verifier))
                .withFileSystemAnalyzer(files);
        Optional<VulnerabilityDatabase> database = vulnerabilities.database();
        if (database.isPresent()) {
            admission = admission.withVulnerabilities(database.get(), vulnerabilities.statements());
        }
        return artifact ? admission.withArtifacts() : admission;
    }

    RegistryAccess.Clients clients(Terminal terminal) throws IOException {
        return registry.clients(terminal);
    }

    /** {@return an admission that demands the signatures, if the user does} */
    Admission vouched(Admission admission, Terminal terminal, Clock clock, RegistryAccess.Clients clients)
            throws IOException {
        return signatures.isEmpty()
                ? admission
                : admission.withVoucher(
                        signatures.verifier(spec, clock, new TrustRepositories(terminal, clock, clients, trustStore)));
    }

    /** {@return the decision on an image} */
    AdmissionResult check(
            Request request, Admission admission, Terminal terminal, Clock clock, RegistryAccess.Clients clients)
            throws IOException {
        ImageLocation from = request.from();
        try (ImageSource image = attachments.applied(
                from,
                request.name(),
                Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder())),
                registry,
                clients)) {
            if (request.trusted().isPresent()) {
                return trusted(request, request.trusted().get(), admission, image, terminal, clock, clients);
            }
            return request.name().isPresent()
                    ? admission.check(image, request.name().get())
                    : admission.check(image);
        }
    }

    private AdmissionResult trusted(
            Request request,
            TrustSpec trusted,
            Admission admission,
            ImageSource image,
            Terminal terminal,
            Clock clock,
            RegistryAccess.Clients clients)
            throws IOException {
        MetadataFetcher fetcher = Usage.parsed(spec, () -> clients.metadata(trusted.repository()));
        ResolvedDigest digest;
        try {
            digest = trusted.resolve(clock, fetcher, TufActions.listener(terminal));
        } catch (DigestResolutionException e) {
            if (e.reason() == DigestResolutionException.Reason.UNAVAILABLE) {
                throw e;
            }
            return AdmissionResult.unresolved(image.name(), e);
        }
        return request.name().isPresent()
                ? admission
                        .withVoucher(asked -> digest)
                        .check(image, request.name().get())
                : admission.check(image, digest);
    }
}
