package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.evidence.Voucher;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.audit.ImageAdmission;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.audit.files.FileSystemSubject;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.vulnerability.VexDocument;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityRules;
import dev.tallyclerk.registry.vulnerability.VulnerabilitySubject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an image may be loaded: finds its digest, verifies everything below that digest, and audits the image
 * under a policy.
 *
 * <pre>{@code
 * AdmissionResult result = Admission.of(Policy.defaults().withGate(Severity.HIGH)).check("oci:images/hello:1.0");
 * }</pre>
 *
 * <p>Immutable, and safe for use by several threads. Works in the caller's thread, and in those of the executor of its
 * {@linkplain #withVerifier verifier}.
 */
public final class Admission {
    private final Parts parts;

    private Admission(Parts parts) {
        this.parts = parts;
    }

    /** What an admission is made of, which nobody changes once an admission has it. */
    private static final class Parts implements Cloneable {
        private Auditor auditor;
        private ImageVerifier verifier;
        private FileSystemAnalyzer files;
        private @Nullable RegistryClient registry;
        private @Nullable DigestResolver resolver;
        private @Nullable Voucher voucher;
        private @Nullable AdmissionCache cache;
        private @Nullable VulnerabilityCheck vulnerabilities;
        private AttachmentLimits attachmentLimits = AttachmentLimits.defaults();
        private boolean acceptsArtifacts;

        Parts(Auditor auditor, ImageVerifier verifier, FileSystemAnalyzer files) {
            this.auditor = auditor;
            this.verifier = verifier;
            this.files = files;
        }

        @Override
        protected Parts clone() {
            try {
                return (Parts) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Admission with(Consumer<Parts> change) {
        Parts changed = parts.clone();
        change.accept(changed);
        return new Admission(changed);
    }

    /**
     * {@return an admission under a policy, with the rules of {@link ImageRules} and {@link FileSystemRules}}
     *
     * <p>Verifies with {@link ImageVerifier#create} and the limits on layers that the policy states, knows no registry,
     * takes the word of each source for the digest of a name, and accepts no artifacts.
     *
     * @throws IllegalArgumentException if the policy pins a later version of the rules, or sets a parameter that a rule
     *     does not have
     */
    public static Admission of(Policy policy) {
        return of(Auditor.of(policy, ImageRules.ruleSet(), FileSystemRules.ruleSet()));
    }

    /** {@return an admission with an auditor, which brings policy, rules, baseline and clock} */
    public static Admission of(Auditor auditor) {
        Policy policy = auditor.policy();
        return new Admission(
                new Parts(auditor, limited(ImageVerifier.create(), policy), FileSystemAnalyzer.of(policy)));
    }

    private static ImageVerifier limited(ImageVerifier verifier, Policy policy) {
        return verifier.withLayerLimits(verifier.mergeOptions().layerLimits().underPolicy(policy));
    }

    /**
     * {@return this admission with a verifier, which brings platform, limits, executor and listener}
     *
     * <p>Limits on layers that the policy states replace the verifier's. To override one, change the policy with
     * {@link Policy#withLimit}.
     */
    public Admission withVerifier(ImageVerifier verifier) {
        ImageVerifier limited = limited(verifier, parts.auditor.policy());
        return with(changed -> changed.verifier = limited);
    }

    /** {@return this admission, which reads images of registries with a client} */
    public Admission withRegistry(RegistryClient registry) {
        Objects.requireNonNull(registry, "registry");
        return with(changed -> changed.registry = registry);
    }

    /**
     * {@return this admission, which accepts only images whose digest somebody vouches for}
     *
     * <p>Replaces a {@link #withVoucher(Voucher) Voucher}.
     *
     * @param voucher asked for the digest of each name, for example from signed metadata
     */
    public Admission withVoucher(DigestResolver voucher) {
        Objects.requireNonNull(voucher, "voucher");
        return with(changed -> {
            changed.resolver = voucher;
            changed.voucher = null;
        });
    }

    /**
     * {@return this admission, which accepts only images that somebody trusted vouches for}
     *
     * <p>The source's name is resolved at most once. If the image is accepted, exactly the digest of the result is
     * verified, whatever the name refers to meanwhile; otherwise no layer is read. Replaces a {@link DigestResolver}.
     *
     * @param voucher asked about each image, also about one without a name, and about each anew, whatever the cache has
     */
    public Admission withVoucher(Voucher voucher) {
        Objects.requireNonNull(voucher, "voucher");
        return with(changed -> {
            changed.resolver = null;
            changed.voucher = voucher;
        });
    }

    /**
     * {@return this admission, which reads no layers of an image whose verification the cache has}
     *
     * <p>Documents are read and policy and trust are asked anew for each request, so a changed policy, another name, or
     * a waiver that has expired decides again.
     */
    public Admission withCache(AdmissionCache cache) {
        Objects.requireNonNull(cache, "cache");
        return with(changed -> changed.cache = cache);
    }

    /**
     * {@return this admission, which accepts artifacts whose content is the promised one}
     *
     * <p>Artifacts, such as Helm charts and SBOMs, are not run and have nothing to audit. Without this they are
     * incomplete.
     */
    public Admission withArtifacts() {
        return with(changed -> changed.acceptsArtifacts = true);
    }

    /**
     * {@return this admission with other limits on the attached artifacts, such as signatures, that a {@link Voucher}
     * reads}
     *
     * <p>A source {@linkplain ImageSource#withAttachments whose artifacts are elsewhere} has its own.
     */
    public Admission withAttachmentLimits(AttachmentLimits attachmentLimits) {
        Objects.requireNonNull(attachmentLimits, "attachmentLimits");
        return with(changed -> changed.attachmentLimits = attachmentLimits);
    }

    /**
     * {@return this admission, which looks at files with another analyzer}
     *
     * <p>For rules of your own, which the auditor must have too. It gets the patterns of secrets that the policy
     * states, if it does not have them. An auditor without rules on {@link FileSystemSubject} has no use for an
     * analyzer, and none is called.
     *
     * @param files for example with a {@link dev.tallyclerk.registry.audit.files.FileCheck} more
     */
    public Admission withFileSystemAnalyzer(FileSystemAnalyzer files) {
        FileSystemAnalyzer all = files.withPolicy(parts.auditor.policy());
        return with(changed -> changed.files = all);
    }

    /**
     * {@return this admission, which looks for known vulnerabilities too}
     *
     * <p>For an auditor with the {@link VulnerabilityRules}, without which this has no effect. Statements in OpenVEX
     * that are attached to the image count like those in {@code vex} if a {@link Voucher}'s policy asks for them and
     * their signatures hold.
     *
     * @param database the records
     * @param vex statements that the caller trusts, possibly none
     */
    public Admission withVulnerabilities(VulnerabilityDatabase database, Collection<VexDocument> vex) {
        VulnerabilityCheck check = new VulnerabilityCheck(database, List.copyOf(vex));
        return with(changed -> changed.vulnerabilities = check);
    }

    /** {@return whether the auditor judges files} */
    private boolean judgesFiles() {
        return judges(FileSystemSubject.class);
    }

    private boolean judges(Class<? extends Subject> subject) {
        return parts.auditor.ruleSets().stream()
                .flatMap(rules -> rules.rules().stream())
                .anyMatch(rule -> rule.subjectType().isAssignableFrom(subject));
    }

    /** {@return the verifier with the analyzers that the rules need} */
    private ImageVerifier looking() {
        ImageVerifier looking = judgesFiles() ? parts.verifier.withAnalyzer(parts.files) : parts.verifier;
        VulnerabilityCheck vulnerabilities = parts.vulnerabilities;
        return vulnerabilities != null && judges(VulnerabilitySubject.class)
                ? looking.withAnalyzer(vulnerabilities.packages())
                : looking;
    }

    /**
     * Decides on an image at a location.
     *
     * @param location for example {@code docker://registry.example.org/team/app:1.0} or {@code oci:folder:1.0}; see
     *     {@link ImageLocation#parse}
     * @throws IllegalArgumentException if the location is not spelled right, is in a registry and there is no
     *     {@linkplain #withRegistry client}, or has no name that a {@link DigestResolver} could be asked about
     * @throws DigestResolutionException if the voucher is not available, which says nothing about the image
     * @throws IOException if the image cannot be read, which says nothing about it
     */
    public AdmissionResult check(String location) throws IOException {
        ImageLocation parsed = ImageLocation.parse(location);
        Reference name = parsed.reference().orElse(null);
        if (name == null && parts.resolver != null) {
            throw new IllegalArgumentException(
                    "nobody can vouch for an image without a name: check(location, name) gives it one");
        }
        try (ImageSource source = open(parsed)) {
            return name == null ? check(source) : check(source, name);
        }
    }

    /**
     * Decides on an image at a location that the voucher knows by a name.
     *
     * @param location as in {@link #check(String)}
     * @param name the whole name by which the image is vouched for, and will be loaded
     * @throws IllegalArgumentException if the location is not spelled right, or is in a registry and there is no
     *     {@linkplain #withRegistry client}
     * @throws DigestResolutionException if the voucher is not available, which says nothing about the image
     * @throws IOException if the image cannot be read, which says nothing about it
     */
    public AdmissionResult check(String location, Reference name) throws IOException {
        Objects.requireNonNull(name, "name");
        try (ImageSource source = open(ImageLocation.parse(location))) {
            return check(source, name);
        }
    }

    private ImageSource open(ImageLocation location) throws IOException {
        RegistryClient registry = parts.registry;
        return location.open(name -> {
            if (registry == null) {
                throw new IllegalArgumentException(location + " is in a registry, and there is no client for one");
            }
            return registry;
        });
    }

    /**
     * Decides on an image that has no name.
     *
     * @param source the image; not closed
     * @throws IllegalArgumentException if the voucher is a {@link DigestResolver}, which can only be asked about a name
     * @throws IOException if the image cannot be read, which says nothing about it
     */
    public AdmissionResult check(ImageSource source) throws IOException {
        if (parts.resolver != null) {
            throw new IllegalArgumentException("nobody can vouch for an image without a name");
        }
        Voucher voucher = parts.voucher;
        return voucher == null
                ? checked(source, null, null, verifying -> verifying.verify(source))
                : vouched(source, null, voucher);
    }

    /**
     * Decides on an image.
     *
     * @param source the image; not closed
     * @param name the whole name by which the image is vouched for, and will be loaded
     * @throws DigestResolutionException if the voucher is not available, which says nothing about the image
     * @throws IOException if the image cannot be read, which says nothing about it
     */
    public AdmissionResult check(ImageSource source, Reference name) throws IOException {
        Objects.requireNonNull(name, "name");
        Voucher voucher = parts.voucher;
        if (voucher != null) {
            return vouched(source, name, voucher);
        }
        DigestResolver resolver = parts.resolver;
        if (resolver == null) {
            return checked(source, name, null, verifying -> verifying.verify(source));
        }
        ResolvedDigest trusted;
        try {
            trusted = resolver.resolve(name);
        } catch (DigestResolutionException e) {
            if (e.reason() == DigestResolutionException.Reason.UNAVAILABLE) {
                throw e;
            }
            return AdmissionResult.unresolved(source.name(), e);
        }
        return checked(source, name, null, verifying -> verifying.verify(source, name, asked -> trusted));
    }

    private AdmissionResult vouched(ImageSource source, @Nullable Reference name, Voucher asked) throws IOException {
        TrustResult result = asked.vouch(
                Optional.ofNullable(name),
                SourceCandidate.of(source, parts.verifier.documentLimits(), parts.attachmentLimits));
        if (result.digest().isEmpty()) {
            return AdmissionResult.notVouched(source.name(), result);
        }
        ResolvedDigest digest = result.digest().get();
        return checked(
                source,
                name,
                result,
                verifying -> name == null
                        ? verifying.verify(source, digest)
                        : verifying.verify(source, name, other -> digest));
    }

    /**
     * Decides on the image of a digest that the caller has from elsewhere; the {@linkplain #withVoucher voucher} is not
     * asked.
     *
     * @param source the image; not closed
     * @param trusted the digest, and who vouches for it
     * @throws IOException if the image cannot be read, which says nothing about it
     */
    public AdmissionResult check(ImageSource source, ResolvedDigest trusted) throws IOException {
        return checked(source, null, null, verifying -> verifying.verify(source, trusted));
    }

    /** Verifies the image that this is about. */
    @FunctionalInterface
    private interface Verification {
        ImageVerification by(ImageVerifier verifier) throws IOException;
    }

    private AdmissionResult checked(
            ImageSource source, @Nullable Reference name, @Nullable TrustResult trusted, Verification verification)
            throws IOException {
        AdmissionCache known = parts.cache;
        ImageVerifier looking = looking();
        if (known != null) {
            ImageVerification documents = verification.by(looking.withoutLayers());
            Optional<AdmissionCache.Entry> entry =
                    manifestsOf(documents).map(each -> key(each, looking)).flatMap(known::get);
            if (entry.isPresent()) {
                ImageVerification image = documents.withLayersOf(entry.get().verification());
                List<ImageSubject> subjects = new ArrayList<>();
                for (ImageSubject subject : ImageSubject.allOf(image)) {
                    subjects.add(subject.withFilesOf(entry.get().subjects().get(subjects.size())));
                }
                return decided(source, name, trusted, image, subjects, true);
            }
        }
        ImageVerification image = verification.by(looking);
        List<ImageSubject> subjects = ImageSubject.allOf(image);
        Optional<List<Digest>> manifests = manifestsOf(image);
        if (known != null && manifests.isPresent() && image.problems().stream().noneMatch(Admission::isOfTheSource)) {
            known.put(key(manifests.get(), looking), new AdmissionCache.Entry(image.withoutFiles(), subjects));
        }
        return decided(source, name, trusted, image, subjects, false);
    }

    /** {@return the digests of the manifests, which decide what the layers are, if all documents hold} */
    private static Optional<List<Digest>> manifestsOf(ImageVerification verification) {
        if (verification.problems().stream().anyMatch(check -> check.kind() != ContentCheck.Kind.LAYER)) {
            return Optional.empty();
        }
        return Optional.of(Stream.concat(Stream.of(verification), verification.others().stream())
                .flatMap(each -> each.manifestDigest().stream())
                .toList());
    }

    /**
     * {@return whether a layer has a problem that another source of the same image, or this one later, may not have}
     */
    private static boolean isOfTheSource(ContentCheck check) {
        return check.result() instanceof ContentResult.Failed failed && failed.isOfTheSource();
    }

    private ImageSubject withEarlierDigests(ImageSubject subject) {
        List<Digest> earlier = parts.auditor
                .baseline()
                .map(baseline -> baseline.earlierDigests(subject.ref()))
                .orElse(List.of());
        return earlier.isEmpty() ? subject : subject.withEarlierDigests(earlier);
    }

    private AdmissionResult decided(
            ImageSource source,
            @Nullable Reference name,
            @Nullable TrustResult trusted,
            ImageVerification image,
            List<ImageSubject> subjects,
            boolean isCached)
            throws IOException {
        Optional<AuditReport> audit = Optional.empty();
        List<Subject> all = new ArrayList<>();
        Decision decision;
        if (!ImageAdmission.isArtifact(image)) {
            for (ImageSubject subject : subjects) {
                ImageSubject named = name == null ? subject : subject.withReference(name);
                all.add(withEarlierDigests(trusted == null ? named : named.withTrust(trusted)));
            }
            if (judgesFiles()) {
                all.addAll(FileSystemSubject.allOf(image, parts.files));
            }
            VulnerabilityCheck vulnerabilities = parts.vulnerabilities;
            if (vulnerabilities != null && judges(VulnerabilitySubject.class)) {
                all.addAll(vulnerabilities.subjects(image, trusted));
            }
            AuditReport report = parts.auditor.audit(all);
            audit = Optional.of(report);
            decision = ImageAdmission.decide(image, report);
        } else if (parts.acceptsArtifacts) {
            decision = ImageAdmission.decideArtifact(image);
        } else {
            decision = ImageAdmission.refuseArtifact(image);
        }
        return new AdmissionResult(
                source.name(),
                decision,
                Optional.ofNullable(trusted),
                Optional.of(image),
                audit,
                all,
                pinned(name, decision, image),
                isCached);
    }

    private static Optional<Reference> pinned(
            @Nullable Reference name, Decision decision, ImageVerification verification) {
        return Optional.ofNullable(name)
                .filter(named -> decision.isAccepted())
                .flatMap(named -> verification.manifestDigest().map(named.withoutTag()::withDigest));
    }

    private static AdmissionCache.Key key(List<Digest> manifests, ImageVerifier verifier) {
        return new AdmissionCache.Key(
                manifests,
                verifier.platform(),
                verifier.documentLimits(),
                verifier.mergeOptions(),
                verifier.analyzers());
    }
}
