package dev.tallyclerk.maven;

import dev.tallyclerk.text.Quoted;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Audits images, Dockerfiles, Compose files and Kubernetes manifests by the hardening rules, and fails the build if a
 * rule at or above the gate fails, or if an image is not what its digests promise. Requires no signatures.
 */
@Mojo(name = "audit", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true, requiresProject = false)
public final class AuditMojo extends ImageMojo {
    private static final List<String> USUAL = List.of(
            "Dockerfile",
            "Containerfile",
            "compose.yaml",
            "compose.yml",
            "docker-compose.yaml",
            "docker-compose.yml",
            "src/main/docker",
            "src/main/kubernetes",
            "src/main/k8s",
            "k8s");

    /** What Quarkus, Dekorate and JKube write, in the folder {@code target}. */
    private static final List<String> GENERATED = List.of("kubernetes", "classes/META-INF/jkube");

    /**
     * Files and folders to audit: Dockerfiles, Compose files and Kubernetes manifests; of a folder, all files of these
     * kinds, of which it must have one. Links in a folder are not followed. Default: those of Dockerfile,
     * Containerfile, compose.yaml, docker-compose.yml, src/main/docker, src/main/kubernetes, src/main/k8s, k8s,
     * target/kubernetes and target/classes/META-INF/jkube that the module has.
     */
    @Parameter(property = "tallyclerk.files")
    private @Nullable List<File> files;

    @Inject
    AuditMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    Demand demand() {
        return Demand.NONE;
    }

    @Override
    Optional<AuditedFiles> files(ReportFiles reports) throws IOException {
        reports.delete(reports.nameOfFiles());
        AuditedFiles found = new AuditedFiles(root(), System.getenv());
        List<File> given = files;
        if (given != null && !given.isEmpty()) {
            for (File each : given) {
                found.add(each.toPath());
            }
        } else {
            for (Path each : usual()) {
                found.addIfAny(each);
            }
        }
        found.notAudited().map(Quoted::printable).ifPresent(getLog()::warn);
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private List<Path> usual() {
        return Stream.concat(
                        USUAL.stream().map(module()::resolve),
                        GENERATED.stream().map(target()::resolve))
                .filter(Files::exists)
                .toList();
    }
}
