package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.hardening.engine.Engines.file;
import static dev.tallyclerk.hardening.engine.Engines.fileAndInfo;
import static dev.tallyclerk.hardening.engine.Engines.flags;
import static dev.tallyclerk.hardening.engine.Engines.info;
import static dev.tallyclerk.hardening.engine.Engines.json;
import static dev.tallyclerk.hardening.engine.Engines.nothing;
import static dev.tallyclerk.hardening.engine.RuleCase.fails;
import static dev.tallyclerk.hardening.engine.RuleCase.passes;
import static dev.tallyclerk.hardening.engine.RuleCase.silent;
import static dev.tallyclerk.hardening.engine.RuleCase.unknown;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostRulesTest {
    private static final String LIMITS =
            "{'MemoryLimit':true,'SwapLimit':true,'CPUShares':true,'CpuCfsQuota':true,'PidsLimit':true,'Warnings':[]}";

    private static EngineSubject warning(String warnings) throws MalformedSubjectException {
        return info(LIMITS.replace("[]", "[" + warnings + "]"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(RuleCase rule) {
        rule.check();
    }

    private static EngineSubject versions(String engine, String containerd, String runc)
            throws MalformedSubjectException {
        return Engines.builder()
                .version(json("{'Components':[{'Name':'Engine','Version':'" + engine
                        + "'},{'Name':'containerd','Version':'" + containerd + "'},{'Name':'runc','Version':'" + runc
                        + "'},{'Name':'docker-init','Version':'0.19.0'}]}"))
                .build();
    }

    private static EngineSubject security(String options) throws MalformedSubjectException {
        return info("{'SecurityOptions':[" + options + "]}");
    }

    static List<RuleCase> cases() throws MalformedSubjectException {
        List<RuleCase> cases = new ArrayList<>(List.of(
                fails(
                        "DMN-006",
                        "the driver is configured",
                        file("{'storage-driver':'aufs'}"),
                        "daemon.json#/storage-driver"),
                fails("DMN-006", "the driver is reported", info("{'Driver':'overlay'}"), "info#/Driver"),
                passes("DMN-006", "the driver is current", info(Engines.PLAIN_INFO)),
                passes(
                        "DMN-006",
                        "Podman's overlay is not Docker's",
                        info("{'Driver':'overlay','BuildahVersion':'1.33'}")),
                unknown("DMN-006", "nothing is given", nothing()),
                fails("DMN-011", "no remapping is configured", file("{}"), "daemon.json#/userns-remap"),
                fails("DMN-011", "no remapping is reported", info(Engines.PLAIN_INFO), "info#/SecurityOptions"),
                passes("DMN-011", "remapping is configured", flags("dockerd --userns-remap default")),
                passes("DMN-011", "remapping is reported", security("'name=userns'")),
                passes("DMN-011", "the engine is rootless", fileAndInfo("{}", "{'SecurityOptions':['name=rootless']}")),
                silent("DMN-011", "the engine is on Windows", info("{'OSType':'windows'}")),
                unknown("DMN-011", "nothing is given", nothing()),
                fails(
                        "DMN-020",
                        "the profile is switched off",
                        file("{'seccomp-profile':'unconfined'}"),
                        "daemon.json#/seccomp-profile"),
                fails(
                        "DMN-020",
                        "the profile is reported off",
                        security("'name=seccomp,profile=unconfined'"),
                        "info#/SecurityOptions"),
                fails("DMN-020", "the kernel has no seccomp", security("'name=apparmor'"), "info#/SecurityOptions"),
                fails(
                        "DMN-020",
                        "no option at all is reported",
                        info("{'SecurityOptions':null}"),
                        "info#/SecurityOptions"),
                passes("DMN-020", "the profile is the engine's", security("'name=seccomp,profile=builtin'")),
                passes("DMN-020", "the profile has its old name", security("'name=seccomp,profile=default'")),
                passes("DMN-020", "no profile is configured", file("{}")),
                fails(
                        "DMN-020",
                        "the text of another profile is weaker",
                        Engines.builder()
                                .info(json("{'SecurityOptions':['name=seccomp,profile=/etc/p.json']}"))
                                .seccompProfiles(List.of(
                                        SeccompSubject.parse("/etc/p.json", json("{'defaultAction':'SCMP_ACT_LOG'}"))))
                                .build(),
                        "seccomp#/defaultAction",
                        "seccomp#/defaultAction",
                        "seccomp#/syscalls"),
                passes(
                        "DMN-020",
                        "the text of another profile is as strong",
                        Engines.builder()
                                .daemonJson(json("{'seccomp-profile':'/etc/p.json'}"))
                                .seccompProfiles(List.of(SeccompSubject.parse(
                                        "/etc/p.json", json("{'defaultAction':'SCMP_ACT_ERRNO'}"))))
                                .build()),
                unknown("DMN-020", "the profile is another", security("'name=seccomp,profile=/etc/p.json'")),
                unknown("DMN-020", "the report names no profile", security("'seccomp'")),
                unknown("DMN-020", "nothing is given", nothing()),
                fails("DMN-022", "the engine is root", info(Engines.PLAIN_INFO), "info#/SecurityOptions"),
                passes("DMN-022", "the engine is rootless", security("'name=rootless'")),
                passes("DMN-022", "a flag says so", flags("dockerd --rootless")),
                unknown("DMN-022", "only the file is given", file("{}")),
                fails("DMN-023", "neither module is there", info(Engines.PLAIN_INFO), "info#/SecurityOptions"),
                passes("DMN-023", "AppArmor is there", security("'name=apparmor'")),
                passes("DMN-023", "SELinux is there", security("'name=seccomp,profile=builtin','name=selinux'")),
                unknown("DMN-023", "only the file is given", file("{'selinux-enabled':true}")),
                fails(
                        "DMN-024",
                        "the host has it and the engine does not use it",
                        Engines.builder()
                                .daemonJson(json("{}"))
                                .selinuxHost(true)
                                .build(),
                        "daemon.json#/selinux-enabled"),
                passes("DMN-024", "the engine uses it", file("{'selinux-enabled':true}")),
                passes("DMN-024", "the engine reports it", security("'name=selinux'")),
                silent("DMN-024", "the host has AppArmor", security("'name=apparmor'")),
                silent(
                        "DMN-024",
                        "the host is said not to have it",
                        Engines.builder().selinuxHost(false).build()),
                unknown("DMN-024", "nothing is known of the host", info(Engines.PLAIN_INFO)),
                fails(
                        "DMN-025",
                        "the engine is in a swarm",
                        info("{'Swarm':{'LocalNodeState':'active'}}"),
                        "info#/Swarm/LocalNodeState"),
                passes("DMN-025", "the engine is in no swarm", info(Engines.PLAIN_INFO)),
                passes("DMN-025", "a swarm is expected", info("{'Swarm':{'LocalNodeState':'active'}}"))
                        .with("swarmExpected", true),
                unknown("DMN-025", "only the file is given", file("{}"))));
        cases.addAll(List.of(
                fails(
                        "DMN-027",
                        "runc lets containers out",
                        versions("29.5.1", "2.2.5", "1.1.15+ds1"),
                        "version#/Components"),
                fails(
                        "DMN-027",
                        "a release candidate comes before the release",
                        versions("29.5.1-rc.1", "2.1.8", "1.5.0-rc.2"),
                        "version#/Components",
                        "version#/Components",
                        "version#/Components"),
                fails(
                        "DMN-027",
                        "the engine is of an old branch",
                        info("{'ServerVersion':'20.10.24'}"),
                        "info#/ServerVersion"),
                fails(
                        "DMN-027",
                        "all was current a year ago",
                        versions("28.5.2", "1.7.29", "1.3.4"),
                        "version#/Components",
                        "version#/Components",
                        "version#/Components"),
                fails(
                        "DMN-027",
                        "branches in which the last flaws are not mended",
                        versions("28.99.0", "2.2.5", "1.2.99"),
                        "version#/Components",
                        "version#/Components"),
                passes("DMN-027", "all is current", versions("29.5.1", "1.7.33", "1.3.6")),
                passes("DMN-027", "all is newer than known", versions("31.0.0", "2.4.0", "2.0.0")),
                passes("DMN-027", "the policy knows better", versions("26.1.5+dfsg1", "1.7.24~ds1", "1.1.15+ds1"))
                        .with(
                                "maintainedVersions",
                                List.of("Engine 26 26.1.5", "containerd 1.7 1.7.24", "runc 1.1 1.1.15")),
                unknown("DMN-027", "the other parts are not known", info("{'ServerVersion':'29.5.1'}")),
                unknown(
                        "DMN-027",
                        "a version is a commit",
                        versions("29.5.1", "05f951a3781f4f2c1e7b05e61c16e6c5", "1.4.3")),
                unknown("DMN-027", "the policy names no branch", versions("19.3.1", "2.2.0", "1.4.0"))
                        .with("maintainedVersions", List.of("Engine 28.3.3")),
                unknown("DMN-027", "the policy names no part", versions("19.3.1", "2.2.0", "1.4.0"))
                        .with("maintainedVersions", List.of("engine 28 28.3.3")),
                unknown("DMN-027", "a version is no number", versions("dev", "2.2.5", "1.4.3")),
                unknown("DMN-027", "nothing is given", nothing()),
                fails("DMN-028", "the version is 1", info("{'CgroupVersion':'1'}"), "info#/CgroupVersion"),
                passes("DMN-028", "the version is 2", info(Engines.PLAIN_INFO)),
                silent("DMN-028", "the engine is on Windows", info("{'OSType':'windows','CgroupVersion':'1'}")),
                unknown("DMN-028", "an old engine does not report it", info("{'ServerVersion':'19.03.1'}")),
                fails("DMN-029", "swap cannot be limited", info("{'SwapLimit':false}"), "info#/SwapLimit"),
                fails(
                        "DMN-029",
                        "the engine warns of what the kernel lacks",
                        warning("'x','WARNING: No swap limit support','WARNING: bridge-nf-call-iptables is disabled'"),
                        "info#/Warnings/1",
                        "info#/Warnings/2"),
                passes(
                        "DMN-029",
                        "the engine warns of what other rules are for",
                        warning("'WARNING: Support for cgroup v1 is deprecated and planned to be removed',"
                                + "'WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'")),
                passes("DMN-029", "all limits are there", info(LIMITS)),
                unknown("DMN-029", "an old engine does not report one", info(LIMITS.replace("'PidsLimit':true,", ""))),
                unknown("DMN-029", "nothing is given", nothing()),
                fails(
                        "DMN-038",
                        "few images are used",
                        Engines.builder()
                                .imageUse(new EngineSubject.ImageUse(5, 2))
                                .build(),
                        "images"),
                passes(
                        "DMN-038",
                        "half of the images are used",
                        Engines.builder()
                                .imageUse(new EngineSubject.ImageUse(4, 2))
                                .build()),
                unknown("DMN-038", "the lists are not given", info(Engines.PLAIN_INFO)),
                fails("DMN-039", "many do not run", info("{'Containers':40,'ContainersRunning':14}"), "info#"),
                passes("DMN-039", "some do not run", info("{'Containers':40,'ContainersRunning':15}")),
                fails(
                                "DMN-039",
                                "more than allowed do not run",
                                info("{'Containers':2,'ContainersRunning':1}"),
                                "info#")
                        .with("maximumStoppedContainers", 0L),
                unknown("DMN-039", "an old engine does not report it", info("{'Containers':40}")),
                fails(
                        "DMN-040",
                        "clients trust any tag",
                        Engines.builder().environment(Map.of()).build(),
                        "environment"),
                passes(
                        "DMN-040",
                        "content trust is on",
                        Engines.builder()
                                .environment(Map.of("DOCKER_CONTENT_TRUST", "1"))
                                .build()),
                fails("DMN-040", "content trust is off", contentTrust("False"), "environment"),
                fails("DMN-040", "content trust is empty", contentTrust(""), "environment"),
                passes("DMN-040", "content trust is on by another word", contentTrust("TRUE")),
                passes("DMN-040", "a value that is not boolean counts as on", contentTrust("off")),
                passes("DMN-040", "a policy verifies signatures", nothing()).with("signaturePolicy", true),
                unknown("DMN-040", "the environment is not given", file("{}"))));
        return List.copyOf(cases);
    }

    private static EngineSubject contentTrust(String value) {
        return Engines.builder()
                .environment(Map.of("DOCKER_CONTENT_TRUST", value))
                .build();
    }

    @Test
    void everyRuleHasAFailingAPassingAndAnUnknownCase() throws MalformedSubjectException {
        List<RuleCase> all = new ArrayList<>(cases());
        all.addAll(NetworkRulesTest.cases());
        all.addAll(ConfigurationRulesTest.cases());
        Set<Outcome.Kind> wanted = EnumSet.of(Outcome.Kind.FAIL, Outcome.Kind.PASS, Outcome.Kind.UNKNOWN);
        for (Rule<?> rule : EngineRules.ruleSet().rules()) {
            String id = rule.info().id().value();
            Set<Outcome.Kind> found = EnumSet.noneOf(Outcome.Kind.class);
            all.stream().filter(one -> one.rule().equals(id)).forEach(one -> found.add(one.verdict()));
            found.retainAll(wanted);
            assertEquals(wanted, found, id);
        }
        assertEquals(40, EngineRules.ruleSet().rules().size());
    }
}
