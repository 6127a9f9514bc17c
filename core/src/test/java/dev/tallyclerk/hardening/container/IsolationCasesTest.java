package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.ContainerCase.fails;
import static dev.tallyclerk.hardening.container.ContainerCase.passes;
import static dev.tallyclerk.hardening.container.ContainerCase.silent;
import static dev.tallyclerk.hardening.container.ContainerCase.unknown;
import static dev.tallyclerk.hardening.container.Containers.good;
import static dev.tallyclerk.hardening.container.Containers.host;
import static dev.tallyclerk.hardening.container.Containers.read;
import static dev.tallyclerk.hardening.container.Containers.top;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.internal.rules.Capabilities;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Capabilities, namespaces, and what the kernel forbids. */
class IsolationCasesTest {
    private static final String ALLOWS_ALL = "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}";
    private static final String ALLOWS_NOTHING = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[]}";

    private static ContainerSubject onHost(ContainerSubject container, String security) {
        return container.withEngine(Containers.engine("{}", "{'SecurityOptions':[" + security + "]}"));
    }

    private static ContainerSubject cgroups(ContainerSubject container, String version) {
        return container.withEngine(Containers.engine("{}", "{'CgroupVersion':'" + version + "'}"));
    }

    private static ContainerSubject seccomp(String profile) {
        return host("SecurityOpt:['seccomp=" + profile.replace("\"", "\\'") + "']");
    }

    private static ContainerSubject named(String profile) {
        try {
            return host("SecurityOpt:['seccomp=/etc/p.json']")
                    .withSeccompProfiles(
                            List.of(SeccompSubject.parse("/etc/p.json", profile.getBytes(StandardCharsets.UTF_8))));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<ContainerCase> cases() {
        return Stream.of(
                        capabilities(),
                        namespaces(),
                        byPath(),
                        shareable(),
                        nerdctl(),
                        joined(),
                        seccomp(),
                        modules(),
                        privileges())
                .flatMap(cases -> cases);
    }

    private static Stream<ContainerCase> capabilities() {
        ContainerSubject unbound = podman("CapAdd:['SYS_ADMIN']", "null");
        return Stream.of(
                fails("RUN-001", "privileged", host("Privileged:true"), "/HostConfig/Privileged"),
                passes("RUN-001", "not privileged", good()),
                unknown("RUN-001", "no such key", host("Privileged:")),
                unknown("RUN-001", "not a boolean", host("Privileged:'false'")),
                fails("RUN-011", "SYS_TIME", host("CapAdd:['CHOWN','SYS_TIME']"), "/HostConfig/CapAdd/1"),
                fails("RUN-011", "in small letters with prefix", host("CapAdd:['cap_sys_time']")),
                fails("RUN-011", "ALL", host("CapAdd:['ALL']")),
                fails("RUN-011", "privileged", host("Privileged:true")),
                passes("RUN-011", "of the default set", host("CapAdd:['CAP_CHOWN','net_bind_service']")),
                passes("RUN-011", "allowed", host("CapAdd:['SYS_NICE']"))
                        .with("allowedCapabilities", List.of("CAP_SYS_NICE")),
                unknown("RUN-011", "no key CapAdd", host("CapAdd:")),
                unknown("RUN-011", "no key Privileged", host("Privileged:")),
                fails("RUN-011", "as Podman reports it", top("BoundingCaps:['CAP_BPF']"), "/BoundingCaps/0"),
                passes("RUN-011", "not in what Podman reports", top("BoundingCaps:['CAP_KILL']")),
                fails("RUN-011", "missing in what Podman reports", unbound, "/HostConfig/CapAdd/0"),
                fails("RUN-012", "missing in what Podman reports", unbound, "/HostConfig/CapAdd"),
                passes("RUN-012", "nothing in what Podman reports", podman("CapAdd:[]", "null")),
                fails("RUN-012", "SYS_ADMIN", host("CapAdd:['SYS_ADMIN']"), "/HostConfig/CapAdd"),
                fails("RUN-012", "ALL", host("CapAdd:['all']", "CapDrop:null")),
                fails("RUN-012", "ALL though ALL is dropped", host("CapAdd:['ALL']", "CapDrop:['ALL']")),
                fails("RUN-012", "privileged", host("Privileged:true"), "/HostConfig/Privileged"),
                passes("RUN-012", "SYS_NICE", host("CapAdd:['SYS_NICE']")),
                passes(
                        "RUN-012",
                        "ALL but those",
                        host("CapAdd:['ALL']", "CapDrop:['" + String.join("','", Capabilities.BREAK_OUT) + "']")),
                unknown("RUN-012", "no key CapDrop", host("CapDrop:")),
                unknown("RUN-012", "ALL but what is not known", host("CapAdd:['ALL']", "CapDrop:")),
                fails("RUN-012", "added, whatever is dropped", host("CapAdd:['BPF']", "CapDrop:")),
                fails("RUN-012", "as Podman reports it", top("BoundingCaps:['CAP_BPF']"), "/BoundingCaps"),
                passes("RUN-012", "not in what Podman reports", top("BoundingCaps:['CAP_KILL']")),
                fails("RUN-013", "nothing dropped", host("CapDrop:null"), "/HostConfig/CapDrop"),
                fails("RUN-013", "one dropped", host("CapDrop:['MKNOD']")),
                passes("RUN-013", "ALL dropped", good()),
                fails("RUN-013", "ALL dropped of a privileged one", host("CapDrop:['ALL']", "Privileged:true")),
                fails("RUN-013", "ALL dropped and ALL added", host("CapDrop:['ALL']", "CapAdd:['all']")),
                passes("RUN-013", "ALL dropped and one added", host("CapDrop:['ALL']", "CapAdd:['CHOWN']")),
                passes(
                        "RUN-013",
                        "each dropped, as Podman writes it",
                        host("CapDrop:['CAP_" + String.join("','CAP_", Capabilities.DEFAULTS) + "']")),
                unknown("RUN-013", "no key", host("CapDrop:")),
                passes("RUN-013", "none in what Podman reports", podman("CapDrop:['CAP_KILL']", "null")),
                fails("RUN-013", "one in what Podman reports", podman("CapDrop:['CAP_CHOWN']", "['CAP_KILL']")),
                fails("RUN-014", "default set", host("CapDrop:null")),
                fails("RUN-014", "added again", host("CapDrop:['ALL']", "CapAdd:['NET_RAW']")),
                fails("RUN-014", "as Podman reports it", top("BoundingCaps:['CAP_NET_RAW']")),
                passes("RUN-014", "dropped", host("CapDrop:['cap_net_raw']")),
                passes("RUN-014", "not in what Podman reports", top("BoundingCaps:['CAP_KILL']")),
                unknown("RUN-014", "no key", host("CapAdd:")),
                fails("RUN-014", "by default, whatever is added", host("CapAdd:", "CapDrop:['KILL']")),
                passes(
                        "RUN-013",
                        "all but one in Podman",
                        created("'run','--cap-drop','ALL','--cap-add','CHOWN','app'")),
                passes(
                        "RUN-013",
                        "all but one, in one word",
                        created("'run','--cap-drop=all','--cap-add=NET_RAW,cap_chown','app'")),
                fails("RUN-013", "all dropped, and more kept than added", created("'run','--cap-drop=all','app'")),
                fails("RUN-013", "of a Podman within", created("'run','app','podman','run','--cap-drop=all','x'")),
                fails(
                        "RUN-013",
                        "in a request, where it means nothing",
                        Containers.read("{'Image':'x','CreateCommand':['--cap-drop=all'],'HostConfig':{}}")),
                fails("RUN-013", "of the program's own", created("'run','app','--','--cap-drop=all'")),
                fails("RUN-013", "another in Podman", created("'run','--cap-drop','FOWNER','app'")),
                fails("RUN-014", "added, whatever is dropped", host("CapAdd:['net_raw']", "CapDrop:")),
                unknown("RUN-014", "perhaps dropped", host("CapDrop:")));
    }

    private static ContainerSubject created(String command) {
        return Containers.read(
                "{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun','BoundingCaps':['CAP_CHOWN'],"
                        + "'HostConfig':{'Privileged':false,'CapAdd':[],'CapDrop':['CAP_FOWNER']},"
                        + "'Config':{'CreateCommand':['podman'," + command + "]}}");
    }

    private static ContainerSubject podman(String hostConfig, String boundingCaps) {
        return Containers.read(Containers.document(
                List.of(hostConfig), List.of(), List.of("BoundingCaps:" + boundingCaps, "ImageName:'app'")));
    }

    private static Stream<ContainerCase> namespaces() {
        return Stream.of(
                fails("RUN-004", "host", host("NetworkMode:'host'"), "/HostConfig/NetworkMode"),
                fails("RUN-004", "by default", inHost("default"), "/NetworkSettings/Networks/host"),
                fails("RUN-004", "without a word", inHost("")),
                passes("RUN-004", "a network called hosts", host("NetworkMode:'hosts'")),
                unknown("RUN-004", "no key", host("NetworkMode:")),
                fails("RUN-005", "host", host("PidMode:'host'")),
                passes("RUN-005", "private", host("PidMode:'private'")),
                unknown("RUN-005", "no key", host("PidMode:")),
                fails("RUN-006", "host", host("IpcMode:'host'")),
                passes("RUN-006", "private", good()),
                unknown("RUN-006", "no key", host("IpcMode:")),
                fails("RUN-007", "host", host("UTSMode:'host'")),
                passes("RUN-007", "its own", good()),
                unknown("RUN-007", "no key", host("UTSMode:")),
                fails("RUN-008", "host", host("UsernsMode:'host'")),
                passes("RUN-008", "the engine's", good()),
                unknown("RUN-008", "no key, as of Docker 1.9", host("UsernsMode:")),
                fails("RUN-009", "host", host("CgroupnsMode:'host'"), "/HostConfig/CgroupnsMode"),
                fails("RUN-009", "host on version 2", cgroups(host("CgroupnsMode:'host'"), "2")),
                silent("RUN-009", "host on version 1", cgroups(host("CgroupnsMode:'host'"), "1")),
                passes("RUN-009", "private", good()),
                passes("RUN-009", "the engine's default on version 2", cgroups(host("CgroupnsMode:''"), "2")),
                fails(
                        "RUN-009",
                        "the engine's own default",
                        host("CgroupnsMode:''")
                                .withEngine(Containers.engine(
                                        "{'default-cgroupns-mode':'host'}", "{'CgroupVersion':'2'}"))),
                unknown("RUN-009", "the engine's default, engine not given", host("CgroupnsMode:''")),
                unknown("RUN-009", "no key", host("CgroupnsMode:")),
                passes("RUN-009", "as Podman calls it", podman("'CgroupMode':'private'")));
    }

    private static Stream<ContainerCase> byPath() {
        return Map.of(
                        "RUN-004", "NetworkMode:net",
                        "RUN-005", "PidMode:pid",
                        "RUN-006", "IpcMode:ipc",
                        "RUN-007", "UTSMode:uts",
                        "RUN-009", "CgroupMode:cgroup")
                .entrySet()
                .stream()
                .flatMap(rule -> {
                    String member = rule.getValue().substring(0, rule.getValue().indexOf(':'));
                    String name = rule.getValue().substring(member.length() + 1);
                    String mode = "'" + member + "':'ns:";
                    String place = "/HostConfig/" + member;
                    return Stream.of(
                            fails(rule.getKey(), "init's", podman(mode + "/proc/1/ns/" + name + "'"), place),
                            fails(rule.getKey(), "a detour", podman(mode + "//proc/7/../1/ns/" + name + "'"), place),
                            unknown(rule.getKey(), "somebody's", podman(mode + "/proc/4711/ns/" + name + "'")),
                            unknown(rule.getKey(), "a file's", podman(mode + "/run/netns/x'")));
                });
    }

    private static ContainerSubject podman(String hostConfig) {
        return Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun','HostConfig':{"
                + hostConfig + "},'Config':{}}");
    }

    private static ContainerSubject shareable(String config) {
        return shareable("", config);
    }

    private static ContainerSubject shareable(String members, String config) {
        return Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun'," + members
                + "'HostConfig':{'PidMode':'private','IpcMode':'shareable'},'Config':{" + config + "}}");
    }

    private static ContainerSubject madeBy(String words) {
        return shareable("'CreateCommand':['podman','run'," + words + "]");
    }

    private static ContainerSubject on(String version, ContainerSubject container) {
        return container.withEngine(
                Containers.engine("{}", "{'host':{'os':'linux'},'version':{'Version':'" + version + "'}}"));
    }

    private static Stream<ContainerCase> shareable() {
        ContainerSubject unclear = shareable("'CreateCommand':null");
        return Stream.of(
                fails("RUN-006", "Podman 4.2", madeBy("'--ipc','host','app'"), "/Config/CreateCommand"),
                fails("RUN-006", "in one word", madeBy("'--ipc=host','app'"), "/Config/CreateCommand"),
                fails("RUN-006", "init's", madeBy("'--ipc=ns:/proc/1/ns/ipc','app'")),
                passes(
                        "RUN-006",
                        "the program's own",
                        shareable("'CreateCommand':['podman','run','app','x','--ipc=host'],"
                                + "'Cmd':['x','--ipc=host']")),
                passes("RUN-006", "private", madeBy("'--ipc=private','app'")),
                passes("RUN-006", "Podman's default", madeBy("'app'")),
                unknown("RUN-006", "one of two", madeBy("'--ipc=private','app','--ipc=host'")),
                unknown("RUN-006", "made over the API", unclear),
                unknown("RUN-006", "no command", shareable("'User':''")),
                unknown("RUN-006", "made from a pod's file", shareable("'CreateCommand':['podman','kube','play','x']")),
                passes("RUN-006", "Podman that says what is", on("4.4.0", unclear)),
                passes("RUN-006", "Podman of 4.6", shareable("'lockNumber':3,", "'CreateCommand':null")),
                unknown("RUN-006", "Podman that does not", on("4.3.1", unclear)),
                unknown("RUN-006", "Podman of no version", on("main", unclear)),
                passes("RUN-006", "Docker says what is", host("IpcMode:'shareable'")),
                passes("RUN-010", "private", madeBy("'--ipc=private','app'")),
                passes("RUN-010", "the host's, for which RUN-006 is there", madeBy("'--ipc=host','app'")),
                fails("RUN-010", "Podman's default", madeBy("'app'"), "/HostConfig/IpcMode"),
                unknown("RUN-010", "made over the API", unclear),
                fails("RUN-010", "Podman that says what is", on("5.4.2", unclear), "/HostConfig/IpcMode"));
    }

    /** {@return a container as nerdctl 2 describes it} */
    private static ContainerSubject nerdctl(String hostConfig) {
        return Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'n','State':{'Status':'running'},"
                + "'HostConfig':{'Dns':[]," + hostConfig + "},'NetworkSettings':{'Networks':{'unknown-eth0':{}}}}");
    }

    private static Stream<ContainerCase> nerdctl() {
        String id = "12".repeat(32);
        String log = "'LogConfig':{'driver':'json-file','address':''},";
        return Stream.of(
                unknown("RUN-005", "host or its own in nerdctl", nerdctl("'PidMode':''")),
                unknown("RUN-005", "known by its log", host("LogConfig:{'driver':'json-file'}")),
                fails("RUN-005", "host in nerdctl", nerdctl("'PidMode':'host'")),
                passes("RUN-005", "empty in Docker", good()),
                fails(
                        "RUN-010",
                        "another's processes in nerdctl",
                        nerdctl(log + "'PidMode':'" + id + "','IpcMode':'private'"),
                        "/HostConfig/PidMode"),
                fails(
                        "RUN-010",
                        "another's memory in nerdctl",
                        nerdctl("'PidMode':'private','IpcMode':'container'"),
                        "/HostConfig/IpcMode"),
                unknown("RUN-010", "perhaps the host's processes", nerdctl("'PidMode':'','IpcMode':'private'")),
                passes("RUN-010", "its own in nerdctl", nerdctl("'PidMode':'private','IpcMode':'private'")),
                passes("RUN-010", "no id in Docker", host("PidMode:'" + id + "'")),
                unknown("RUN-041", "a name that nerdctl made up", nerdctl("'PidMode':''")),
                fails(
                        "RUN-041",
                        "the default network of newer nerdctl",
                        nerdctl(log + "'NetworkMode':'bridge'"),
                        "/HostConfig/NetworkMode"),
                passes("RUN-041", "another network of newer nerdctl", nerdctl(log + "'NetworkMode':'back'")),
                unknown("RUN-001", "nerdctl that does not know", nerdctl(log + "'Privileged':false")),
                unknown("RUN-001", "nerdctl that does not say", nerdctl(log + "'PidMode':''")),
                fails("RUN-001", "nerdctl that says so", nerdctl(log + "'Privileged':true")),
                passes(
                        "RUN-001",
                        "nerdctl that knows",
                        Containers.read(
                                "{'Id':'" + id + "','Name':'n','Config':{'Labels':{'nerdctl/privileged':'false'}},"
                                        + "'HostConfig':{" + log + "'Privileged':false}}")),
                passes("RUN-041", "a network of that name", top("NetworkSettings:{'Networks':{'unknown-eth0':{}}}")));
    }

    private static Stream<ContainerCase> joined() {
        return Stream.of(
                fails("RUN-010", "another's processes", host("PidMode:'container:db'"), "/HostConfig/PidMode"),
                fails("RUN-010", "another's memory", host("IpcMode:'container:db'"), "/HostConfig/IpcMode"),
                fails("RUN-010", "offered", host("IpcMode:'shareable'")),
                fails("RUN-010", "processes by their path", host("PidMode:'ns:/proc/7/ns/pid'"), "/HostConfig/PidMode"),
                fails("RUN-010", "memory by its path", host("IpcMode:'ns:/proc/7/ns/ipc'"), "/HostConfig/IpcMode"),
                passes("RUN-010", "the host's, for which RUN-005 is there", host("PidMode:'ns:/proc/1/ns/pid'")),
                passes("RUN-010", "its own", good()),
                unknown("RUN-010", "no key PidMode", host("PidMode:")),
                unknown("RUN-010", "no key IpcMode", host("IpcMode:")));
    }

    private static ContainerSubject privilegedWithProfile(String version) {
        return host("Privileged:true", "SecurityOpt:['seccomp={}']")
                .withEngine(Containers.engine("{}", "{'ServerVersion':'" + version + "'}"));
    }

    private static Stream<ContainerCase> seccomp() {
        return Stream.of(
                fails(
                        "RUN-015",
                        "unconfined",
                        host("SecurityOpt:['x','seccomp=unconfined']"),
                        "/HostConfig/SecurityOpt/1"),
                fails("RUN-015", "as older engines write it", host("SecurityOpt:['seccomp:unconfined']")),
                fails("RUN-015", "privileged", host("Privileged:true"), "/HostConfig/Privileged"),
                unknown("RUN-015", "privileged with a profile", host("Privileged:true", "SecurityOpt:['seccomp={}']")),
                passes("RUN-015", "which Docker 27 heeds", privilegedWithProfile("27.0.1-rc.1")),
                passes("RUN-015", "as its successors do", privilegedWithProfile("v100.0.0+build")),
                fails(
                        "RUN-015",
                        "which Docker 26 ignores",
                        privilegedWithProfile("26.1.5+dfsg1"),
                        "/HostConfig/Privileged"),
                unknown("RUN-015", "of no version", privilegedWithProfile("dev")),
                passes(
                        "RUN-015",
                        "privileged with a profile in Podman",
                        podman("'Privileged':true,'SecurityOpt':['seccomp=p.json']")),
                unknown(
                        "RUN-015",
                        "a profile, and privileged or not",
                        host("Privileged:", "SecurityOpt:['seccomp={}']")),
                fails(
                        "RUN-015",
                        "the engine's, which has none",
                        onHost(host("SecurityOpt:['seccomp=builtin']"), "'name=apparmor'"),
                        "/HostConfig/SecurityOpt/0"),
                passes(
                        "RUN-015",
                        "the engine's, whatever it gives unasked",
                        onHost(host("SecurityOpt:['seccomp=builtin']"), "'name=seccomp,profile=unconfined'")),
                passes(
                        "RUN-015",
                        "the engine's, on Windows",
                        host("SecurityOpt:['seccomp=builtin']")
                                .withEngine(Containers.engine("{}", "{'OSType':'windows','SecurityOptions':[]}"))),
                fails(
                        "RUN-015",
                        "privileged with an empty profile, which is none",
                        host("Privileged:true", "SecurityOpt:['seccomp={}','seccomp=']"),
                        "/HostConfig/Privileged"),
                passes("RUN-015", "the engine's", good()),
                passes("RUN-015", "the engine's by an empty name", host("SecurityOpt:['seccomp=']")),
                fails(
                        "RUN-015",
                        "the engine is configured to give none",
                        good().withEngine(Containers.engine("{'seccomp-profile':'unconfined'}", "{}")),
                        "daemon.json#/seccomp-profile"),
                fails(
                        "RUN-015",
                        "the running engine gives none",
                        onHost(host("SecurityOpt:['seccomp=']"), "'name=seccomp,profile=unconfined'"),
                        "info#/SecurityOptions"),
                fails("RUN-015", "the kernel has no seccomp", onHost(good(), "'name=apparmor'")),
                passes("RUN-015", "the engine gives its own", onHost(good(), "'name=seccomp,profile=builtin'")),
                passes("RUN-015", "an old engine says no more", onHost(good(), "'seccomp'")),
                passes(
                        "RUN-015",
                        "Windows has no seccomp",
                        good().withEngine(Containers.engine("{}", "{'OSType':'windows','SecurityOptions':[]}"))),
                passes(
                        "RUN-015",
                        "one of its own, whatever the engine gives",
                        host("SecurityOpt:['seccomp={}']")
                                .withEngine(Containers.engine("{'seccomp-profile':'unconfined'}", "{}"))),
                silent("RUN-016", "an empty name", host("SecurityOpt:['seccomp=']")),
                unknown("RUN-015", "no key SecurityOpt", host("SecurityOpt:")),
                unknown("RUN-015", "no key Privileged", host("Privileged:")),
                fails("RUN-016", "inline, allows all", seccomp(ALLOWS_ALL)),
                fails("RUN-016", "named and given, allows all", named(ALLOWS_ALL)),
                passes("RUN-016", "inline, allows nothing", seccomp(ALLOWS_NOTHING)),
                passes("RUN-016", "named and given, allows nothing", named(ALLOWS_NOTHING)),
                unknown("RUN-016", "named and not given", host("SecurityOpt:['seccomp=/etc/p.json']")),
                unknown("RUN-016", "inline and no JSON", seccomp("{x")),
                unknown("RUN-016", "no key", host("SecurityOpt:")),
                silent("RUN-016", "unconfined", host("SecurityOpt:['seccomp=unconfined']")),
                silent("RUN-016", "none of its own", good()));
    }

    /** {@return a container of Docker that was never started} */
    private static ContainerSubject neverStarted(String hostConfig) {
        String opt = hostConfig.contains("SecurityOpt") ? "" : ",'SecurityOpt':null";
        return Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'c','State':{'Status':'created'},"
                + "'AppArmorProfile':'','HostConfig':{" + hostConfig + opt + "}}");
    }

    private static ContainerSubject podmanSince46(String command, String options) {
        return Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun','lockNumber':1,"
                + "'Config':{'CreateCommand':" + command + "},'HostConfig':{'Privileged':false,'SecurityOpt':" + options
                + "}}");
    }

    private static Stream<ContainerCase> modules() {
        ContainerSubject none = top("AppArmorProfile:''");
        ContainerSubject labelled = top("ProcessLabel:'system_u:system_r:container_t:s0:c1,c2'");
        ContainerSubject disabled = host("SecurityOpt:['label=disable']");
        ContainerSubject request =
                Containers.read("{'Image':'a:1','HostConfig':{'SecurityOpt':['apparmor=unconfined']}}");
        return Stream.of(
                passes("RUN-017", "a profile", good()),
                fails("RUN-017", "a given one that allows mounts", profiled("  /app/** r,\n  mount,\n"), "own:3"),
                passes("RUN-017", "a given one that allows little", profiled("  /app/** r,\n")),
                passes("RUN-017", "another one was given", good().withAppArmorProfiles(profiles("other", "mount,\n"))),
                unknown("RUN-017", "a given one with an unread file", profiled("  include <local/x>\n")),
                fails(
                        "RUN-017",
                        "asked for in a request",
                        read("{'Image':'a','HostConfig':{'SecurityOpt':['apparmor=own']}}")
                                .withAppArmorProfiles(profiles("own", "  mount,\n"))),
                fails("RUN-017", "none where the host has it", onHost(none, "'name=apparmor'"), "/AppArmorProfile"),
                fails("RUN-017", "none, as Docker 1.12 reports it", onHost(none, "'apparmor','seccomp'")),
                fails("RUN-017", "unconfined", top("AppArmorProfile:'unconfined'"), "/AppArmorProfile"),
                silent("RUN-017", "none where the host has none", onHost(none, "'name=seccomp,profile=builtin'")),
                unknown("RUN-017", "none, host not given", none),
                passes(
                        "RUN-017",
                        "one that never started",
                        onHost(neverStarted("'Privileged':false"), "'name=apparmor'")),
                fails(
                        "RUN-017",
                        "a privileged one that never started",
                        onHost(neverStarted("'Privileged':true"), "'name=apparmor'"),
                        "/AppArmorProfile"),
                fails(
                        "RUN-017",
                        "one that never started and is to be unconfined",
                        onHost(
                                neverStarted("'Privileged':false,'SecurityOpt':['apparmor=unconfined']"),
                                "'name=apparmor'"),
                        "/HostConfig/SecurityOpt/0"),
                silent(
                        "RUN-017",
                        "one for a host without",
                        onHost(neverStarted("'Privileged':false"), "'name=selinux'")),
                unknown(
                        "RUN-017",
                        "one for a host that is not given",
                        neverStarted("'Privileged':false,'SecurityOpt':null")),
                unknown("RUN-017", "no key on a host with it", onHost(top("AppArmorProfile:"), "'name=apparmor'")),
                fails("RUN-017", "asked to be unconfined", request, "/HostConfig/SecurityOpt/0"),
                fails("RUN-017", "asked on a host with it", onHost(request, "'name=apparmor'")),
                silent("RUN-017", "asked on a host without", onHost(request, "'name=selinux'")),
                fails("RUN-018", "a type of the host", host("SecurityOpt:['label=type:spc_t']")),
                fails("RUN-018", "the same as older engines write it", host("SecurityOpt:['label:type:unconfined_t']")),
                silent("RUN-018", "another type, host not given", host("SecurityOpt:['label=type:container_kvm_t']")),
                fails(
                        "RUN-018",
                        "runs with a type of the host",
                        onHost(top("ProcessLabel:'system_u:system_r:spc_t:s0:c1,c2'"), "'name=selinux'"),
                        "/ProcessLabel"),
                fails("RUN-018", "disabled, host not given", disabled, "/HostConfig/SecurityOpt/0"),
                fails("RUN-018", "without a name", host("SecurityOpt:['x','disable']"), "/HostConfig/SecurityOpt/1"),
                fails("RUN-018", "as older engines write it", host("SecurityOpt:['label:disable']")),
                fails("RUN-018", "no label where the host has it", onHost(good(), "'name=selinux'"), "/ProcessLabel"),
                passes("RUN-018", "a label", onHost(labelled, "'name=selinux'")),
                silent("RUN-018", "disabled where the host has none", onHost(disabled, "'name=apparmor'")),
                silent("RUN-018", "nothing disabled, host not given", good()),
                unknown("RUN-018", "no key on a host with it", onHost(top("ProcessLabel:"), "'name=selinux'")),
                unknown("RUN-018", "no key SecurityOpt", host("SecurityOpt:")));
    }

    private static ContainerSubject inHost(String mode) {
        return Containers.read(Containers.document(
                List.of("NetworkMode:'" + mode + "'"), List.of(), List.of("NetworkSettings:{'Networks':{'host':{}}}")));
    }

    private static Stream<ContainerCase> privileges() {
        ContainerSubject unset = host("SecurityOpt:null");
        return Stream.of(
                passes("RUN-019", "set", good()),
                passes("RUN-019", "set to true", host("SecurityOpt:['no-new-privileges:true']")),
                passes(
                        "RUN-019",
                        "set for all",
                        unset.withEngine(Containers.engine("{'no-new-privileges':true}", "{}"))),
                fails("RUN-019", "unset", unset, "/HostConfig/SecurityOpt"),
                fails(
                        "RUN-019",
                        "set to false",
                        host("SecurityOpt:['no-new-privileges=false']"),
                        "/HostConfig/SecurityOpt/0"),
                fails(
                        "RUN-019",
                        "set to false where all have it",
                        host("SecurityOpt:['no-new-privileges=false']")
                                .withEngine(Containers.engine("{'no-new-privileges':true}", "{}"))),
                unknown("RUN-019", "set to what it cannot be", host("SecurityOpt:['no-new-privileges=maybe']")),
                unknown("RUN-019", "no key", host("SecurityOpt:")),
                fails("RUN-020", "none masked", host("MaskedPaths:[]"), "/HostConfig/MaskedPaths"),
                fails("RUN-020", "one not masked", host("MaskedPaths:['/proc/kcore','/sys/firmware']")),
                fails("RUN-020", "none read-only", host("ReadonlyPaths:[]"), "/HostConfig/ReadonlyPaths"),
                fails(
                        "RUN-020",
                        "another path read-only",
                        host("ReadonlyPaths:['/x']"),
                        "/HostConfig/ReadonlyPaths",
                        "/HostConfig/ReadonlyPaths"),
                fails("RUN-020", "one not read-only", host("ReadonlyPaths:['/proc/sysrq-trigger']")),
                fails("RUN-020", "a read-only path freed in Podman", podman("'SecurityOpt':['unmask=/proc/sys']")),
                fails(
                        "RUN-020",
                        "unmasked in Podman",
                        podman("'SecurityOpt':['unmask=all']"),
                        "/HostConfig/SecurityOpt/0"),
                fails("RUN-020", "one unmasked in Podman", podman("'SecurityOpt':['unmask=/x:/proc/kcore']")),
                fails("RUN-020", "all of a folder unmasked in Podman", podman("'SecurityOpt':['unmask=/proc/*']")),
                fails("RUN-020", "by a pattern in Podman", podman("'SecurityOpt':['unmask=/proc/k?or[a-z]']")),
                unknown("RUN-020", "a folder's own name in Podman", podman("'SecurityOpt':['unmask=/sys']")),
                unknown("RUN-020", "a star for two steps", podman("'SecurityOpt':['unmask=/*']")),
                unknown("RUN-020", "another unmasked in Podman", podman("'SecurityOpt':['unmask=/proc/other']")),
                fails("RUN-020", "cgroups can be written to", host("SecurityOpt:['writable-cgroups']")),
                fails(
                        "RUN-020",
                        "the same in full",
                        host("SecurityOpt:['x','writable-cgroups=true']"),
                        "/HostConfig/SecurityOpt/1"),
                passes("RUN-020", "cgroups cannot be written to", host("SecurityOpt:['writable-cgroups=false']")),
                fails("RUN-020", "before API 1.39", host("SecurityOpt:['systempaths=unconfined']", "MaskedPaths:")),
                passes("RUN-020", "as each engine has it", good()),
                passes("RUN-020", "the engine's own", host("MaskedPaths:null", "ReadonlyPaths:null")),
                silent("RUN-020", "privileged", host("Privileged:true", "MaskedPaths:null")),
                unknown("RUN-020", "no key MaskedPaths", host("MaskedPaths:")),
                passes("RUN-020", "Podman's own", podmanSince46("['podman','run','a:1']", "[]")),
                unknown("RUN-020", "Podman over its API", podmanSince46("null", "[]")),
                unknown(
                        "RUN-020",
                        "another path taken out",
                        podmanSince46(
                                "['podman','run','--security-opt','unmask=/proc/x','a:1']", "['unmask=/proc/x']")),
                unknown(
                        "RUN-020",
                        "a path taken out, as the command says",
                        podmanSince46("['podman','run','--security-opt=unmask=/proc/x','a:1']", "[]")),
                fails(
                        "RUN-020",
                        "all paths taken out",
                        podmanSince46("['podman','run','--security-opt','unmask=ALL','a:1']", "['unmask=ALL']")),
                unknown("RUN-020", "no key ReadonlyPaths", host("ReadonlyPaths:")),
                unknown("RUN-020", "no key Privileged", host("Privileged:")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(ContainerCase each) {
        each.check();
    }

    @Test
    void findsNetAdminLessBadThanSysAdmin() {
        Outcome outcome = fails("RUN-012", "two", host("CapAdd:['NET_ADMIN','SYS_ADMIN']"))
                .outcome();
        List<Severity> severities = ((Outcome.Fail) outcome)
                .problems().stream()
                        .map(problem -> problem.severity().orElse(Severity.CRITICAL))
                        .toList();
        assertEquals(List.of(Severity.MEDIUM, Severity.CRITICAL), severities);
    }

    private static List<AppArmorSubject> profiles(String name, String rules) {
        String text = "profile " + name + " flags=(attach_disconnected) {\n" + rules + "}\n";
        SourceDocument document = SourceDocument.of("own", text.getBytes(StandardCharsets.UTF_8));
        try {
            return AppArmorSubject.parse(document, SubjectLimits.defaults(), path -> Optional.empty());
        } catch (MalformedSubjectException e) {
            throw new AssertionError(e);
        }
    }

    private static ContainerSubject profiled(String rules) {
        return top("AppArmorProfile:'own'").withAppArmorProfiles(profiles("own", rules));
    }

    @Test
    void withoutSeccompTheFindingSaysWhatTheProfileWouldBlock() {
        String docker = letsThrough(host("SecurityOpt:['seccomp=unconfined']"));
        assertTrue(docker.contains("bpf"), docker);
        String withAdmin = letsThrough(host("SecurityOpt:['seccomp=unconfined']", "CapAdd:['SYS_ADMIN']"));
        assertFalse(withAdmin.contains("bpf"), withAdmin);
    }

    private static String letsThrough(ContainerSubject container) {
        return Containers.audit(container).findings().stream()
                .filter(finding -> finding.rule().id().value().equals("RUN-015"))
                .flatMap(finding -> finding.problem().orElseThrow().evidence().stream())
                .map(Evidence::value)
                .findFirst()
                .orElseThrow();
    }
}
