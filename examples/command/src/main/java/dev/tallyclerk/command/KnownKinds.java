package dev.tallyclerk.command;

import dev.tallyclerk.hardening.apparmor.AppArmorKind;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.container.ContainerKind;
import dev.tallyclerk.hardening.dockerfile.DockerfileKind;
import dev.tallyclerk.hardening.engine.DaemonFileKind;
import dev.tallyclerk.hardening.host.HostListingKind;
import dev.tallyclerk.hardening.kubernetes.KubernetesKind;
import dev.tallyclerk.hardening.kubernetes.KubernetesVersion;
import dev.tallyclerk.hardening.seccomp.SeccompKind;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All kinds of files that the command audits: those on the class path, and the library's. */
final class KnownKinds {
    private KnownKinds() {}

    /** {@return the finder; {@code target} is the stage of Dockerfiles that is shipped, or null for the last} */
    static SubjectFinder finder(KubernetesVersion kubernetes, @Nullable String target, ComposeKind compose) {
        List<SubjectKind> kinds = new ArrayList<>(SubjectKind.installed(KnownKinds.class.getClassLoader()));
        kinds.add(KubernetesKind.create().withVersion(kubernetes));
        DockerfileKind dockerfiles = DockerfileKind.create();
        kinds.add(target == null ? dockerfiles : dockerfiles.withTarget(target));
        kinds.add(compose);
        kinds.add(ContainerKind.create());
        kinds.add(SeccompKind.create());
        kinds.add(DaemonFileKind.create());
        kinds.add(HostListingKind.create());
        kinds.add(AppArmorKind.create());
        return SubjectFinder.of(kinds);
    }
}
