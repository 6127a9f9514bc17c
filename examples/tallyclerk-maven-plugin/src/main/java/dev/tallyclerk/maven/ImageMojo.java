package dev.tallyclerk.maven;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.SourceFile;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What both goals do: find the images, decide on each, report, and fail if one is not accepted. */
abstract class ImageMojo extends AbstractMojo {
    /** The files that jib writes an image to, in the folder {@code target}. */
    private static final String BUILT = "jib-image.tar";

    private final SettingsDecrypter decrypter;

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

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("skipped: tallyclerk.skip");
            return;
        }
        Map<String, ImageLocation> found = located();
        if (found.isEmpty()) {
            getLog().info("no image: nothing is named in <images>, and there is no " + BUILT + " of jib");
            return;
        }
        if (demand().name() != null && found.size() > 1) {
            throw new MojoExecutionException("tallyclerk.name is the name of one image, and there are " + found.size());
        }
        List<String> refused = new ArrayList<>();
        try (Verification verification = verification()) {
            for (Map.Entry<String, ImageLocation> each : found.entrySet()) {
                for (String platform : platforms.isEmpty() ? List.of("") : platforms) {
                    verdict(verification, each.getKey(), each.getValue(), platform.strip())
                            .ifPresent(refused::add);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MojoExecutionException(Quoted.printable(e.getMessage() + hint(e)), e);
        }
        if (!refused.isEmpty()) {
            throw new MojoFailureException(String.join("\n", refused));
        }
    }

    /** {@return what to do about a failure, or nothing} */
    private static String hint(Exception failure) {
        return failure instanceof HttpException http && http.reason() == HttpException.Reason.UNAUTHORIZED
                ? "; the login is that of the <server> in the settings whose <id> is the registry's host, or docker"
                        + " login's"
                : "";
    }

    /** {@return the images by the texts that name them} */
    private Map<String, ImageLocation> located() throws MojoExecutionException {
        ImageLocations locations =
                new ImageLocations(basedir == null ? Path.of("").toAbsolutePath() : basedir.toPath());
        Map<String, ImageLocation> found = new LinkedHashMap<>();
        try {
            for (String image : images) {
                found.put(image.strip(), locations.parse(image.strip()));
            }
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException(Quoted.printable(String.valueOf(e.getMessage())), e);
        }
        File folder = buildDirectory;
        if (images.isEmpty()
                && folder != null
                && Files.isRegularFile(folder.toPath().resolve(BUILT))) {
            found.put(BUILT, ImageLocations.archive(folder.toPath().resolve(BUILT)));
        }
        return found;
    }

    private Verification verification() throws MojoExecutionException, IOException {
        Policy policy = PolicyFiles.policy(policyFile);
        String lowest = failOn;
        if (lowest != null) {
            policy = gated(policy, lowest.strip().toUpperCase(Locale.ROOT));
        }
        return new Verification(
                policy,
                PolicyFiles.baseline(baseline),
                demand(),
                new MavenNetwork(settings, decrypter, offline, allowInsecureRegistries),
                SessionCaches.of(session));
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
    private Optional<String> verdict(Verification verification, String text, ImageLocation image, String platform)
            throws IOException, MojoExecutionException {
        Verdict verdict = verification.decide(image, platform);
        String name = text + (platform.isEmpty() ? "" : " for " + platform);
        report(name, verdict);
        String because = String.join("; ", verdict.decision().because());
        String line = Quoted.printable(
                name + ": " + verdict.decision().kind() + (verdict.digest().isEmpty() ? "" : " " + verdict.digest())
                        + (because.isEmpty() ? "" : ": " + because));
        if (verdict.isAccepted()) {
            getLog().info(verdict.isCached() ? line + " (its layers were read earlier in this build)" : line);
            return Optional.empty();
        }
        return Optional.of(line);
    }

    private void report(String name, Verdict verdict) throws IOException, MojoExecutionException {
        Path folder = reportsDirectory.toPath();
        String file = fileName(name);
        AuditReport audit = verdict.audit().orElse(null);
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
                format.reporter(files()).write(audit, out);
            }
        }
        if (audit == null && !formats.isEmpty()) {
            getLog().warn(Quoted.printable(name) + ": nothing was audited, so there is no report");
        }
    }

    /** {@return the module's POM, which names the images, by its path in the repository} */
    private SourceFiles files() {
        File pom = session.getCurrentProject().getFile();
        File root = session.getRequest().getMultiModuleProjectDirectory();
        if (pom == null || root == null) {
            return SourceFiles.none();
        }
        Path file = pom.toPath().toAbsolutePath().normalize();
        Path folder = root.toPath().toAbsolutePath().normalize();
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
