package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A pod, or the template of one, with its containers. */
final class Pod {
    private final PodSettings settings;
    private final NodeProfiles profiles;
    private final List<PodContainer> containers;

    Pod(PodSettings settings) {
        this(settings, NodeProfiles.NONE);
    }

    private Pod(PodSettings settings, NodeProfiles profiles) {
        this.settings = settings;
        this.profiles = profiles;
        List<PodContainer> all = new ArrayList<>();
        for (PodContainer.Role role : PodContainer.Role.values()) {
            for (DocumentValue container : Values.elements(settings.spec(), role.member())) {
                all.add(new PodContainer(settings, container, role, all.isEmpty(), profiles));
            }
        }
        this.containers = List.copyOf(all);
    }

    /** {@return this pod with the seccomp profiles of its node} */
    Pod withSeccompProfiles(List<SeccompSubject> seccompProfiles) {
        return new Pod(settings, new NodeProfiles(seccompProfiles, profiles.appArmor()));
    }

    /** {@return this pod with the AppArmor profiles of its node} */
    Pod withAppArmorProfiles(List<AppArmorSubject> appArmorProfiles) {
        return new Pod(settings, new NodeProfiles(profiles.seccomp(), appArmorProfiles));
    }

    /** {@return the containers: those of initialisation, the application's, and ephemeral ones} */
    List<PodContainer> containers() {
        return containers;
    }

    /** {@return the lists of containers that cannot be read, so that a container may be unseen} */
    List<Fact.Missing<List<DocumentValue>>> unreadableLists() {
        List<Fact.Missing<List<DocumentValue>>> unreadable = new ArrayList<>();
        for (PodContainer.Role role : PodContainer.Role.values()) {
            Fact<List<DocumentValue>> list = spec().elements(role.member());
            if (list instanceof Fact.Missing<List<DocumentValue>> missing && Values.isUnreadable(list)) {
                unreadable.add(missing);
            }
        }
        return unreadable;
    }

    DocumentValue spec() {
        return settings.spec();
    }

    KubernetesVersion version() {
        return settings.version();
    }

    boolean isWindows() {
        return settings.isWindows();
    }

    Fact<Boolean> flag(boolean otherwise, String... path) {
        return settings.flag(otherwise, path);
    }

    Fact<Boolean> hostUsers() {
        return settings.hostUsers();
    }

    boolean hasOwnUsers() {
        return settings.hasOwnUsers();
    }

    Map<String, DocumentValue> annotations() {
        return settings.annotations();
    }

    List<DocumentValue> hostPathVolumes() {
        return settings.hostPathVolumes();
    }
}
