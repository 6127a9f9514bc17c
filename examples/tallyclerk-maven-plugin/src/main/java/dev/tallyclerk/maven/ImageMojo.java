package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.SourceFile;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.registry.admission.Acceptance;
import dev.tallyclerk.registry.admission.AcceptanceStore;
import dev.tallyclerk.registry.admission.FileFingerprint;
import dev.tallyclerk.text.Quoted;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
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
    private final Clock clock = Clock.systemUTC();

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

    /**
     * The folder for the reports. In a folder outside of the module, their names begin with the module. They end with
     * {@code -audit}, if that is the goal and they are about an image, and with the execution's id, if it has one.
     */
    @Parameter(property = "tallyclerk.reportsDirectory", defaultValue = "${project.build.directory}/tallyclerk")
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private File reportsDirectory;

    /** The reports to write for each image: sarif, junit, html, json, markdown, github, gitlab, sonarqube. */
    @Parameter(property = "tallyclerk.formats", defaultValue = "sarif,junit,html,json")
    private List<String> formats = List.of();

    /**
     * Registries, {@code HOST[:PORT]}, that are asked by http instead of https: everybody on the way can read the login
     * and change the answers. Loopback addresses are asked by http without being named.
     */
    @Parameter(property = "tallyclerk.allowInsecureRegistries")
    private List<String> allowInsecureRegistries = List.of();

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

    @Parameter(defaultValue = "${mojoExecution}", readonly = true)
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private MojoExecution execution;

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

    /** Uses no network; an image in a registry then fails the build. With {@code mvn -o} this is so in any case. */
    @Parameter(property = "tallyclerk.offline", defaultValue = "false")
    private boolean offline;

    ImageMojo(SettingsDecrypter decrypter) {
        this.decrypter = decrypter;
    }

    abstract Demand demand();

    /**
     * {@return the files to audit besides the images, if there are any}
     *
     * @param reports those on files of an earlier build are deleted if files are audited
     * @throws IOException if one of them cannot be read
     */
    Optional<AuditedFiles> files(ReportFiles reports) throws IOException {
        return Optional.empty();
    }

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("skipped: tallyclerk.skip");
            return;
        }
        ReportFiles reports = reports();
        List<WantedImage> wanted = wanted();
        Problems problems = new Problems();
        boolean hasFiles = decideOnFiles(reports, problems);
        if (wanted.isEmpty() && !hasFiles) {
            getLog().info("no image: nothing is named in <images>, and there is no " + BUILT + " of jib");
        }
        try {
            decideOnImages(wanted, reports, problems);
        } catch (IOException | IllegalArgumentException e) {
            problems.failed(e);
        }
        problems.raise();
    }

    private ReportFiles reports() throws MojoExecutionException {
        List<ReportFormat> parsed = new ArrayList<>();
        for (String format : formats) {
            parsed.add(ReportFormat.parse(format));
        }
        return ReportFiles.in(reportsDirectory.toPath(), parsed)
                .ofModule(root(), module(), target())
                .ofExecution(execution.getGoal(), execution.getExecutionId());
    }

    /** {@return whether there are files to decide on} */
    private boolean decideOnFiles(ReportFiles reports, Problems problems) throws MojoExecutionException {
        try {
            Optional<AuditedFiles> files = files(reports);
            if (files.isPresent()) {
                decideOn(files.get(), reports, problems);
            }
            return files.isPresent();
        } catch (IOException | IllegalArgumentException e) {
            problems.failed(e);
            return true;
        }
    }

    private void decideOn(AuditedFiles files, ReportFiles reports, Problems problems)
            throws IOException, MojoExecutionException {
        Auditor auditor = Auditor.of(policy(), PolicyFiles.ruleSets());
        Optional<Baseline> known = PolicyFiles.baseline(baseline);
        AuditReport audit = (known.isPresent() ? auditor.withBaseline(known.get()) : auditor).audit(files.subjects());
        reports.write(reports.nameOfFiles(), audit, SourceFiles.none());
        String because = String.join("; ", audit.decision().because());
        String line = Quoted.printable(files.size() + (files.size() == 1 ? " file" : " files") + ": "
                + audit.decision().kind() + (because.isEmpty() ? "" : ": " + because));
        if (audit.decision().isAccepted()) {
            getLog().info(line);
        } else {
            problems.notAccepted(line);
        }
    }

    private void decideOnImages(List<WantedImage> wanted, ReportFiles reports, Problems problems)
            throws IOException, MojoExecutionException {
        Optional<AcceptedImages> accepted = accepted(reports);
        List<WantedImage> undecided = new ArrayList<>();
        for (WantedImage image : wanted) {
            Optional<Acceptance> known = accepted.isPresent() ? accepted.get().find(image) : Optional.empty();
            if (known.isPresent()) {
                getLog().info(Quoted.printable(
                        image.name() + ": ACCEPTED " + known.get().image() + " (decided "
                                + accepted.get().age(known.get()) + ", and nothing has changed since)"));
            } else {
                reports.delete(reports.nameOf(image.name()));
                undecided.add(image);
            }
        }
        if (undecided.isEmpty()) {
            return;
        }
        ReadFiles policies = new ReadFiles();
        Consumer<Path> listener = accepted.isPresent() ? policies::add : file -> {};
        Stream.of(Optional.ofNullable(policyFile), Optional.ofNullable(baseline), Optional.ofNullable(demand().trust()))
                .flatMap(Optional::stream)
                .map(File::toPath)
                .forEach(listener);
        try (Verification verification = verification(listener)) {
            for (WantedImage image : undecided) {
                try {
                    decideOn(image, verification, accepted, policies, reports, problems);
                } catch (IOException | IllegalArgumentException e) {
                    problems.undecided(image.name(), e);
                }
            }
        }
    }

    private void decideOn(
            WantedImage image,
            Verification verification,
            Optional<AcceptedImages> accepted,
            ReadFiles policies,
            ReportFiles reports,
            Problems problems)
            throws IOException {
        ReadFiles own = new ReadFiles();
        if (accepted.isPresent()) {
            image.place().file().ifPresent(own::add);
        }
        Verdict verdict = verification.decide(image.place().location(), image.platform(), clock.instant());
        List<Path> written = verdict.audit().isPresent()
                ? reports.write(reports.nameOf(image.name()), verdict.audit().get(), pom())
                : List.of();
        if (verdict.audit().isEmpty() && !reports.isEmpty()) {
            getLog().warn(Quoted.printable(image.name()) + ": nothing was audited, so there is no report");
        }
        String because = String.join("; ", verdict.decision().because());
        String line = Quoted.printable(image.name() + ": " + verdict.decision().kind()
                + (verdict.digest().isEmpty() ? "" : " " + verdict.digest())
                + (because.isEmpty() ? "" : ": " + because));
        if (!verdict.isAccepted()) {
            problems.notAccepted(line);
            if (accepted.isPresent()) {
                accepted.get().forget(image);
            }
            return;
        }
        getLog().info(verdict.isCached() ? line + " (its layers were read earlier in this build)" : line);
        if (accepted.isPresent()) {
            written.forEach(own::add);
            List<FileFingerprint> files = new ArrayList<>(policies.fingerprints());
            files.addAll(own.fingerprints());
            remember(image, verdict, files, policies.problem().or(own::problem), accepted.get());
        }
    }

    /** Without the memory, the next build decides anew, so that it cannot be written is no reason to fail. */
    private void remember(
            WantedImage image,
            Verdict verdict,
            List<FileFingerprint> files,
            Optional<String> unknown,
            AcceptedImages accepted) {
        String problem = unknown.orElse("");
        if (unknown.isEmpty()) {
            try {
                accepted.keep(image, verdict, files);
                return;
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        getLog().warn(Quoted.printable(image.name() + ": not remembered: " + problem));
    }

    private Optional<AcceptedImages> accepted(ReportFiles reports) throws IOException, MojoExecutionException {
        String wanted = acceptedFor;
        if (wanted == null) {
            return Optional.empty();
        }
        AcceptanceStore store =
                AcceptanceStore.open(acceptedStore.toPath(), clock).withMaxAge(AcceptedImages.duration(wanted));
        List<String> conditions = new ArrayList<>(AcceptedImages.code(plugin));
        conditions.add(module().toString());
        conditions.add(String.valueOf(failOn));
        conditions.add(String.valueOf(policyFile));
        conditions.add(String.valueOf(baseline));
        conditions.add(demand().toString());
        conditions.add(allowInsecureRegistries.toString());
        conditions.add(reports.toString());
        return Optional.of(new AcceptedImages(store, conditions, clock));
    }

    /** {@return the images for the platforms} */
    private List<WantedImage> wanted() throws MojoExecutionException {
        Map<String, ImageLocations.Place> places = places();
        if (demand().name() != null && places.size() > 1) {
            throw new MojoExecutionException(
                    "tallyclerk.name is the name of one image, and there are " + places.size());
        }
        List<WantedImage> wanted = new ArrayList<>();
        places.forEach((text, place) -> {
            for (String platform : platforms.isEmpty() ? List.of("") : platforms) {
                String name = text + (platform.isBlank() ? "" : " for " + platform.strip());
                wanted.add(new WantedImage(name, place, platform.strip()));
            }
        });
        return wanted;
    }

    /** {@return the places of the images by the texts that name them} */
    private Map<String, ImageLocations.Place> places() throws MojoExecutionException {
        Path built = target().resolve(BUILT);
        if (images.isEmpty() && Files.isRegularFile(built)) {
            return Map.of(BUILT, ImageLocations.Place.ofArchive(built));
        }
        ImageLocations locations = new ImageLocations(module());
        Map<String, ImageLocations.Place> places = new LinkedHashMap<>();
        for (String image : images) {
            try {
                places.put(image.strip(), locations.find(image.strip()));
            } catch (IllegalArgumentException e) {
                throw new MojoExecutionException(Quoted.printable(String.valueOf(e.getMessage())), e);
            }
        }
        return places;
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

    private Verification verification(Consumer<Path> fileListener) throws MojoExecutionException, IOException {
        return new Verification(
                policy(),
                PolicyFiles.baseline(baseline),
                demand(),
                new MavenNetwork(settings, decrypter, offline || settings.isOffline(), allowInsecureRegistries),
                SessionCaches.of(session),
                fileListener);
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
}
