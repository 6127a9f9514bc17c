package dev.tallyclerk.maven;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.SourceFile;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.registry.admission.Acceptance;
import dev.tallyclerk.registry.admission.AcceptanceStore;
import dev.tallyclerk.registry.admission.FileFingerprint;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What both goals do: find the images, decide on each, report, and fail if one is not accepted. */
abstract class ImageMojo extends AbstractMojo {
    /** The files that jib writes an image to, in the folder {@code target}. */
    private static final String BUILT = "jib-image.tar";

    private final SettingsDecrypter decrypter;

    /** An image for a platform, or an empty text for the default one, and its name in messages. */
    private record Undecided(String name, ImageLocation image, String platform) {}

    /** Skips the goal. */
    @Parameter(property = "tallyclerk.skip", defaultValue = "false")
    private boolean skip;

    /**
     * The images: {@code docker://HOST/REPOSITORY[:TAG|@DIGEST]} or just a name, {@code oci:DIR[:REF]},
     * {@code oci-archive:FILE[:REF]}, {@code docker-archive:FILE[:REF]}, or the path of a layout or archive. Relative
     * paths are relative to the module. Default: what jib wrote to {@code target}, if it did.
     */
    @Parameter(property = "tallyclerk.images")
    private List<String> images = List.of();

    /** Which images of an index are decided on; default linux/amd64. Each one is. */
    @Parameter(property = "tallyclerk.platforms")
    private List<String> platforms = List.of();

    /** Policy in JSON, or in YAML if the name ends in .yaml or .yml: rules, waivers, gate. */
    @Parameter(property = "tallyclerk.policyFile")
    private @Nullable File policyFile;

    /** Lowest severity that fails the build: INFO, LOW, MEDIUM, HIGH, CRITICAL or NONE; default the policy's. */
    @Parameter(property = "tallyclerk.failOn")
    private @Nullable String failOn;

    /** Earlier report in JSON, whose findings are accepted for now. */
    @Parameter(property = "tallyclerk.baseline")
    private @Nullable File baseline;

    /** The folder for the reports. */
    @Parameter(property = "tallyclerk.reportsDirectory", defaultValue = "${project.build.directory}/tallyclerk")
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private File reportsDirectory;

    /** The reports to write for each image: sarif, junit, html, json, markdown, github, gitlab, sonarqube. */
    @Parameter(property = "tallyclerk.formats", defaultValue = "sarif,junit,html,json")
    private List<String> formats = List.of();

    /** Uses http instead of https for the registries of the images; loopback addresses need no permission. */
    @Parameter(property = "tallyclerk.allowInsecureRegistries", defaultValue = "false")
    private boolean allowInsecureRegistries;

    /**
     * How long an image counts as accepted, at most a week, for example PT12H: within that time a build under the same
     * policy, trust policy, baseline and parameters asks nobody, and reads no image in a registry. By default every
     * build decides anew. A tag that moved, or a signature that was revoked, is seen after that time.
     */
    @Parameter(property = "tallyclerk.acceptedFor")
    private @Nullable String acceptedFor;

    /** The folder that remembers accepted images. */
    @Parameter(property = "tallyclerk.acceptedStore", defaultValue = "${user.home}/.m2/tallyclerk-accepted")
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private File acceptedStore;

    @Parameter(defaultValue = "${plugin}", readonly = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private PluginDescriptor plugin;

    /** The files that the trust policy names. */
    private final Set<Path> named = new TreeSet<>();

    @Parameter(defaultValue = "${settings}", readonly = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private Settings settings;

    @Parameter(defaultValue = "${session}", readonly = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private MavenSession session;

    @Parameter(defaultValue = "${basedir}", readonly = true)
    private @Nullable File basedir;

    @Parameter(defaultValue = "${project.build.directory}", readonly = true)
    private @Nullable File buildDirectory;

    /** Uses no network; an image in a registry then fails the build. Set by {@code mvn -o}. */
    @Parameter(property = "tallyclerk.offline", defaultValue = "${settings.offline}")
    private boolean offline;

    ImageMojo(SettingsDecrypter decrypter) {
        this.decrypter = decrypter;
    }

    abstract Demand demand();

    /**
     * {@return the files to audit besides the images, if there are any}
     *
     * @throws IOException if one of them cannot be read
     */
    Optional<AuditedFiles> files() throws IOException {
        return Optional.empty();
    }

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("skipped: tallyclerk.skip");
            return;
        }
        List<String> texts = texts();
        if (demand().name() != null && texts.size() > 1) {
            throw new MojoExecutionException("tallyclerk.name is the name of one image, and there are " + texts.size());
        }
        List<String> refused = new ArrayList<>();
        try {
            Optional<AuditedFiles> files = files();
            if (files.isPresent()) {
                refusal(files.get()).ifPresent(refused::add);
            }
            if (texts.isEmpty() && files.isEmpty()) {
                getLog().info("no image: nothing is named in <images>, and there is no " + BUILT + " of jib");
            }
            refused.addAll(refusals(texts));
        } catch (IOException | IllegalArgumentException e) {
            throw new MojoExecutionException(Quoted.printable(e.getMessage() + hint(e)), e);
        }
        if (!refused.isEmpty()) {
            throw new MojoFailureException(String.join("\n", refused));
        }
    }

    /** {@return why files are not accepted, if they are not} */
    private Optional<String> refusal(AuditedFiles files) throws IOException, MojoExecutionException {
        Auditor auditor = Auditor.of(policy(), PolicyFiles.ruleSets());
        Optional<Baseline> known = PolicyFiles.baseline(baseline);
        AuditReport audit = (known.isPresent() ? auditor.withBaseline(known.get()) : auditor).audit(files.subjects());
        report("files", audit, SourceFiles.none());
        String because = String.join("; ", audit.decision().because());
        String line = Quoted.printable(files.size() + (files.size() == 1 ? " file" : " files") + ": "
                + audit.decision().kind() + (because.isEmpty() ? "" : ": " + because));
        if (audit.decision().isAccepted()) {
            getLog().info(line);
            return Optional.empty();
        }
        return Optional.of(line);
    }

    /** {@return why images are not accepted, for each that is not} */
    private List<String> refusals(List<String> texts) throws IOException, MojoExecutionException {
        Optional<AcceptedImages> accepted = accepted();
        List<Undecided> undecided = new ArrayList<>();
        for (String text : texts) {
            for (String platform : platforms.isEmpty() ? List.of("") : platforms) {
                String name = text + (platform.isBlank() ? "" : " for " + platform.strip());
                Optional<Acceptance> known =
                        accepted.isPresent() ? accepted.get().find(name) : Optional.empty();
                if (known.isPresent()) {
                    getLog().info(Quoted.printable(
                            name + ": ACCEPTED " + known.get().image() + " (decided "
                                    + accepted.get().age(known.get()) + ", and nothing has changed since)"));
                } else {
                    undecided.add(new Undecided(name, located(text), platform.strip()));
                }
            }
        }
        List<String> refused = new ArrayList<>();
        if (undecided.isEmpty()) {
            return refused;
        }
        try (Verification verification = verification()) {
            for (Undecided each : undecided) {
                refusal(verification, accepted, each).ifPresent(refused::add);
            }
        }
        return refused;
    }

    private Optional<AcceptedImages> accepted() throws IOException, MojoExecutionException {
        String wanted = acceptedFor;
        if (wanted == null) {
            return Optional.empty();
        }
        Clock clock = Clock.systemUTC();
        AcceptanceStore store =
                AcceptanceStore.open(acceptedStore.toPath(), clock).withMaxAge(AcceptedImages.duration(wanted));
        List<String> conditions = new ArrayList<>(AcceptedImages.code(plugin));
        conditions.add(module().toString());
        conditions.add(String.valueOf(failOn));
        conditions.add(String.valueOf(policyFile));
        conditions.add(String.valueOf(baseline));
        conditions.add(demand().toString());
        conditions.add(formats.toString());
        conditions.add(reportsDirectory.toString());
        return Optional.of(new AcceptedImages(store, conditions, clock));
    }

    /** {@return what to do about a failure, or nothing} */
    private static String hint(Exception failure) {
        return failure instanceof HttpException http && http.reason() == HttpException.Reason.UNAUTHORIZED
                ? "; the login is that of the <server> in the settings whose <id> is the registry's host, or docker"
                        + " login's"
                : "";
    }

    /** {@return the texts that name the images} */
    private List<String> texts() {
        if (images.isEmpty() && Files.isRegularFile(target().resolve(BUILT))) {
            return List.of(BUILT);
        }
        Set<String> texts = new LinkedHashSet<>();
        for (String image : images) {
            texts.add(image.strip());
        }
        return List.copyOf(texts);
    }

    private ImageLocation located(String text) throws MojoExecutionException {
        if (images.isEmpty()) {
            return ImageLocations.archive(target().resolve(BUILT));
        }
        try {
            return new ImageLocations(module()).parse(text);
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException(Quoted.printable(String.valueOf(e.getMessage())), e);
        }
    }

    /** {@return the folder of the module; the working folder if there is no project} */
    final Path module() {
        return basedir == null ? Path.of("").toAbsolutePath() : basedir.toPath();
    }

    /** {@return the folder of what the module builds} */
    final Path target() {
        return buildDirectory == null ? module().resolve("target") : buildDirectory.toPath();
    }

    /** {@return the root of the build, to which the paths in reports are relative} */
    final Path root() {
        File root = session.getRequest().getMultiModuleProjectDirectory();
        return root == null ? module() : root.toPath().toAbsolutePath().normalize();
    }

    private Policy policy() throws MojoExecutionException, IOException {
        Policy policy = PolicyFiles.policy(policyFile);
        String lowest = failOn;
        return lowest == null ? policy : gated(policy, lowest.strip().toUpperCase(Locale.ROOT));
    }

    private Verification verification() throws MojoExecutionException, IOException {
        return new Verification(
                policy(),
                PolicyFiles.baseline(baseline),
                demand(),
                new MavenNetwork(settings, decrypter, offline, allowInsecureRegistries),
                SessionCaches.of(session),
                named::add);
    }

    private static Policy gated(Policy policy, String lowest) throws MojoExecutionException {
        if (lowest.equals("NONE")) {
            return policy.withoutGate();
        }
        try {
            return policy.withGate(Severity.valueOf(lowest));
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException(
                    "failOn is INFO, LOW, MEDIUM, HIGH, CRITICAL or NONE, not " + Quoted.quote(lowest), e);
        }
    }

    /** {@return why an image is not accepted, if it is not} */
    private Optional<String> refusal(Verification verification, Optional<AcceptedImages> accepted, Undecided undecided)
            throws IOException, MojoExecutionException {
        String name = undecided.name();
        List<FileFingerprint> before = accepted.isPresent() ? fingerprints(inputs(undecided.image())) : List.of();
        Verdict verdict = verification.decide(undecided.image(), undecided.platform());
        AuditReport audit = verdict.audit().orElse(null);
        List<Path> reports = report(fileName(name), audit, pom());
        if (audit == null && !formats.isEmpty()) {
            getLog().warn(Quoted.printable(name) + ": nothing was audited, so there is no report");
        }
        if (accepted.isPresent() && verdict.isAccepted()) {
            List<FileFingerprint> files = new ArrayList<>(before);
            files.addAll(fingerprints(named));
            files.addAll(fingerprints(reports));
            accepted.get().keep(name, Digest.parse(verdict.digest()), verdict.audit(), files);
        }
        String because = String.join("; ", verdict.decision().because());
        String line = Quoted.printable(
                name + ": " + verdict.decision().kind() + (verdict.digest().isEmpty() ? "" : " " + verdict.digest())
                        + (because.isEmpty() ? "" : ": " + because));
        if (verdict.isAccepted()) {
            getLog().info(verdict.isCached() ? line + " (its layers were read earlier in this build)" : line);
            return Optional.empty();
        }
        if (accepted.isPresent()) {
            accepted.get().forget(name);
        }
        return Optional.of(line);
    }

    private static List<FileFingerprint> fingerprints(Iterable<Path> files) throws IOException {
        List<FileFingerprint> fingerprints = new ArrayList<>();
        for (Path file : files) {
            fingerprints.add(FileFingerprint.of(file));
        }
        return fingerprints;
    }

    /** {@return the files that a decision on an image depends on} */
    private List<Path> inputs(ImageLocation image) {
        Stream<File> files = Stream.of(
                        Optional.ofNullable(policyFile),
                        Optional.ofNullable(baseline),
                        Optional.ofNullable(demand().trust()))
                .flatMap(Optional::stream);
        return Stream.concat(files.map(File::toPath), ImageLocations.file(image).stream())
                .filter(Files::exists)
                .toList();
    }

    /** {@return the reports, written to files} */
    private List<Path> report(String file, @Nullable AuditReport audit, SourceFiles sources)
            throws IOException, MojoExecutionException {
        Path folder = reportsDirectory.toPath();
        List<Path> written = new ArrayList<>();
        for (String text : formats) {
            ReportFormat format = ReportFormat.parse(text);
            Path report = folder.resolve(file + format.ending());
            if (audit == null) {
                // One of an earlier build would be taken for this one's.
                Files.deleteIfExists(report);
                continue;
            }
            Files.createDirectories(folder);
            try (OutputStream out = Files.newOutputStream(report)) {
                format.reporter(sources).write(audit, out);
            }
            written.add(report);
        }
        return written;
    }

    /** {@return the module's POM, which names the images, by its path in the repository} */
    private SourceFiles pom() {
        File pom = session.getCurrentProject().getFile();
        if (pom == null) {
            return SourceFiles.none();
        }
        Path file = pom.toPath().toAbsolutePath().normalize();
        Path folder = root();
        String path = (file.startsWith(folder) ? folder.relativize(file) : file).toString();
        return SourceFiles.none().withOtherFile(SourceFile.of(path, new byte[0]));
    }

    /** {@return a name that is readable, and another one for every image} */
    private static String fileName(String image) {
        String readable = image.replaceFirst("^[a-z-]+:(//)?", "").replaceAll("[^A-Za-z0-9._-]+", "_");
        int start = Math.max(0, readable.length() - 80);
        String digest = Digest.sha256Of(image.getBytes(StandardCharsets.UTF_8)).encoded();
        return readable.substring(start) + "-" + digest.substring(0, 8);
    }
}
