package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.List;

/** The profiles of nodes that pods may name, as far as they were given. */
record NodeProfiles(List<SeccompSubject> seccomp, List<AppArmorSubject> appArmor) {
    static final NodeProfiles NONE = new NodeProfiles(List.of(), List.of());

    NodeProfiles {
        seccomp = List.copyOf(seccomp);
        appArmor = List.copyOf(appArmor);
    }

    /** {@return the profile at a path below the folder of a node's profiles} */
    Fact<SeccompSubject> seccomp(String path, Location at) {
        return only(
                seccomp.stream()
                        .filter(profile -> ("/" + profile.ref().name()).endsWith("/" + path))
                        .toList(),
                "seccomp",
                at);
    }

    /** {@return the profile of a name} */
    Fact<AppArmorSubject> appArmor(String name, Location at) {
        return only(
                appArmor.stream().filter(profile -> profile.name().equals(name)).toList(), "AppArmor", at);
    }

    private static <T> Fact<T> only(List<T> found, String kind, Location at) {
        if (found.size() == 1) {
            return Fact.known(found.get(0), at);
        }
        return found.isEmpty()
                ? Fact.missing(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED, "the node's " + kind + " profile was not given", at)
                : Fact.missing(
                        MissingValue.Reason.UNREADABLE, "several " + kind + " profiles of the name were given", at);
    }
}
