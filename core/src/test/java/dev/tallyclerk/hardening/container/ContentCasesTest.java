package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.ContainerCase.fails;
import static dev.tallyclerk.hardening.container.ContainerCase.passes;
import static dev.tallyclerk.hardening.container.ContainerCase.silent;
import static dev.tallyclerk.hardening.container.ContainerCase.unknown;
import static dev.tallyclerk.hardening.container.Containers.config;
import static dev.tallyclerk.hardening.container.Containers.good;
import static dev.tallyclerk.hardening.container.Containers.host;
import static dev.tallyclerk.hardening.container.Containers.top;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.LocalImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who and what runs in a container, and how the engine runs it. */
class ContentCasesTest {
    private static final String POD = "1b".repeat(32);

    private static final Location EXEC = new Location.Whole("exec");
    private static final String OTHER_ID = "sha256:" + "ef".repeat(32);

    static Stream<ContainerCase> cases() {
        return Stream.of(users(), execs(), health(), left(), ssh(), secrets(), images(), moved(), logs(), runtime())
                .flatMap(cases -> cases);
    }

    private static Stream<ContainerCase> users() {
        List<ContainerCase> cases = new ArrayList<>();
        for (String root : List.of("", "root", "0", "00", "0:0", "root:root", "+0", ":5", "0:users")) {
            cases.add(fails("RUN-043", "user " + root, config("User:'" + root + "'"), "/Config/User"));
        }
        for (String other : List.of("app", "1000", "10001:0", "rooty")) {
            cases.add(passes("RUN-043", "user " + other, config("User:'" + other + "'")));
        }
        cases.add(unknown("RUN-043", "no key", config("User:")));
        cases.add(unknown(
                "RUN-043", "a request leaves it to the image", Containers.read("{'Image':'a','HostConfig':{}}")));
        for (String group : List.of("0", "root", "docker", "disk", "shadow", "kvm")) {
            cases.add(fails("RUN-044", group, host("GroupAdd:['" + group + "']"), "/HostConfig/GroupAdd/0"));
        }
        cases.add(passes("RUN-044", "another", host("GroupAdd:['1000']")));
        cases.add(passes("RUN-044", "none", good()));
        cases.add(unknown("RUN-044", "key taken away", host("GroupAdd:")));
        return cases.stream();
    }

    private static ContainerSubject exec(ContainerSubject container, Fact<Boolean> privileged, Fact<String> user) {
        return container.withExecs(List.of(new ExecRecord("", privileged, user)));
    }

    private static ContainerSubject podmansSessions(String ids) {
        List<String> members = new ArrayList<>(List.of("OCIRuntime:'crun'"));
        if (!ids.isEmpty()) {
            members.add("ExecIDs:" + ids);
        }
        return Containers.read(Containers.document(List.of(), List.of(), members));
    }

    private static Stream<ContainerCase> execs() {
        Fact<Boolean> no = Fact.known(false, EXEC);
        Fact<Boolean> yes = Fact.known(true, EXEC);
        Fact<String> own = Fact.known("", EXEC);
        Fact<String> root = Fact.known("0:0", EXEC);
        Fact<Boolean> notSaid = Fact.missing(MissingValue.Reason.KEY_MISSING, "not said");
        Fact<String> nobody = Fact.missing(MissingValue.Reason.KEY_MISSING, "not said");
        return Stream.of(
                fails("RUN-056", "privileged", exec(good(), yes, own), "exec"),
                passes("RUN-056", "not privileged", exec(good(), no, own)),
                passes("RUN-056", "none was executed", good().withExecs(List.of())),
                unknown("RUN-056", "a record does not say", exec(good(), notSaid, own)),
                unknown("RUN-056", "not given", good()),
                passes("RUN-056", "Podman has no sessions", podmansSessions("[]")),
                passes("RUN-057", "Podman has no sessions", podmansSessions("[]")),
                unknown("RUN-056", "Podman has a session without its record", podmansSessions("['ab12']")),
                unknown("RUN-057", "Podman has a session without its record", podmansSessions("['ab12']")),
                unknown("RUN-056", "Podman does not list sessions", podmansSessions("")),
                unknown("RUN-056", "an unreadable list", podmansSessions("'ab12'")),
                fails(
                        "RUN-056",
                        "Podman's session was privileged",
                        exec(podmansSessions("['ab12']"), yes, own),
                        "exec"),
                passes("RUN-056", "Podman's session was not privileged", exec(podmansSessions("['ab12']"), no, own)),
                fails(
                        "RUN-056",
                        "a record of a session that Podman no longer lists",
                        exec(podmansSessions("[]"), yes, own)),
                unknown("RUN-056", "Docker's list lacks what has ended", top("ExecIDs:[]")),
                fails("RUN-057", "root", exec(good(), no, root), "exec"),
                passes("RUN-057", "its own user", exec(good(), no, own)),
                silent("RUN-057", "root, as the container is", exec(config("User:''"), no, root)),
                unknown("RUN-057", "a record does not say", exec(good(), no, nobody)),
                unknown("RUN-057", "not given", good()));
    }

    private static Stream<ContainerCase> health() {
        ContainerSubject off = config("Healthcheck:{'Test':['NONE']}");
        return Stream.of(
                fails("RUN-045", "left out", config("Healthcheck:"), "/Config/Healthcheck"),
                fails("RUN-045", "null", config("Healthcheck:null")),
                fails("RUN-045", "empty", config("Healthcheck:{'Test':[]}")),
                passes("RUN-045", "a check", good()),
                silent("RUN-045", "switched off", off),
                unknown("RUN-045", "no key Config", top("Config:")),
                unknown("RUN-045", "no object", config("Healthcheck:5")),
                fails("RUN-046", "switched off", off, "/Config/Healthcheck"),
                passes("RUN-046", "a check", good()),
                passes("RUN-046", "none", config("Healthcheck:")),
                passes(
                        "RUN-046",
                        "a check without command, which Docker leaves out",
                        config("Healthcheck:{'Interval':5}")),
                unknown("RUN-046", "no key Config", top("Config:")));
    }

    private static ContainerSubject state(String status, String finished) {
        return top("State:{'Status':'" + status + "','FinishedAt':'" + finished + "'}");
    }

    private static Stream<ContainerCase> left() {
        String longAgo = "2026-11-01T00:00:00.123456789Z";
        return Stream.of(
                fails("RUN-059", "exited long ago", state("exited", longAgo), "/State/Status"),
                fails("RUN-059", "stopped, as Podman says", state("stopped", longAgo)),
                passes("RUN-059", "configured yesterday, as Podman says", state("configured", "0001-01-01T00:00:00Z")),
                fails("RUN-059", "dead", state("dead", "2026-11-01T01:00:00+01:00")),
                passes("RUN-059", "exited yesterday", state("exited", "2026-11-24T00:00:00Z")),
                passes("RUN-059", "created yesterday", state("created", "0001-01-01T00:00:00Z")),
                fails("RUN-059", "exited yesterday, too long", state("exited", "2026-11-24T00:00:00Z"))
                        .with("maximumAge", Duration.ofHours(1)),
                passes("RUN-059", "running", good()),
                unknown("RUN-059", "null", top("State:{'Status':null,'FinishedAt':'" + longAgo + "'}")),
                unknown("RUN-059", "empty", state("", longAgo)),
                unknown("RUN-059", "a word that is no status", state("Exited", longAgo)),
                fails("RUN-059", "before API 1.21", top("State:{'Running':false,'FinishedAt':'" + longAgo + "'}")),
                passes("RUN-059", "running, before API 1.21", top("State:{'Running':true}")),
                unknown("RUN-059", "no time", state("exited", "yesterday")),
                unknown("RUN-059", "no key", top("State:{}")));
    }

    private static Stream<ContainerCase> ssh() {
        List<String> quiet = List.of("/bin/server");
        ContainerSubject seen = good().withProcesses(quiet);
        return Stream.of(
                fails("RUN-040", "it is the process", top("Path:'/usr/sbin/sshd'"), "/Path"),
                fails("RUN-040", "it is an argument", top("Args:['-g','/usr/sbin/sshd','-D']"), "/Args"),
                fails("RUN-040", "a shell starts it", config("Cmd:['sh','-c','/usr/sbin/sshd && app']"), "/Config/Cmd"),
                fails("RUN-040", "as Podman 4 writes it", config("Entrypoint:'/usr/sbin/dropbear -F'")),
                fails(
                        "RUN-040",
                        "it runs",
                        good().withProcesses(List.of("sshd: /usr/sbin/sshd -D [listener]")),
                        "processes"),
                fails("RUN-040", "its port is published", host("PortBindings:{'22/tcp':[{'HostPort':'2222'}]}")),
                passes("RUN-040", "nothing", seen),
                passes("RUN-040", "a client", good().withProcesses(List.of("ssh host", "sshdx"))),
                unknown(
                        "RUN-040",
                        "a script starts what is not looked at",
                        config("Cmd:['sh','-c','" + "nohup ".repeat(9) + "/usr/sbin/sshd -D']")
                                .withProcesses(quiet)),
                unknown("RUN-040", "processes not given", good()),
                unknown("RUN-040", "no key Path", top("Path:").withProcesses(quiet)),
                unknown("RUN-040", "no key Ports", top("NetworkSettings:").withProcesses(quiet)));
    }

    private static final String TOKEN = "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";

    private static Stream<ContainerCase> secrets() {
        return Stream.of(
                fails("RUN-047", "a password", config("Env:['A=b','DB_PASSWORD=hunter2-fake']"), "/Config/Env/1"),
                fails("RUN-047", "a token", config("Env:['NOTE=" + TOKEN + "']")),
                fails("RUN-047", "a dollar sign", config("Env:['DB_PASSWORD=$ecretPa55']"), "/Config/Env/0"),
                fails("RUN-047", "a connection", config("Env:['DB=Server=x;User Id=sa;Password=x1']")),
                fails("RUN-047", "an option", config("Cmd:['--password','hunter2-fake']"), "/Config/Cmd"),
                fails("RUN-047", "a token", config("Entrypoint:['/app','" + TOKEN + "']"), "/Config/Entrypoint"),
                fails("RUN-047", "a script", config("Cmd:['sh','-c','mysql -phunter2fake db']"), "/Config/Cmd"),
                fails(
                        "RUN-047",
                        "a label",
                        config("Labels:{'db.password':'hunter2-fake'}"),
                        "/Config/Labels/db.password"),
                fails("RUN-047", "a check", config("Healthcheck:{'Test':['CMD','curl','-u','a:hunter2fake','x']}")),
                passes("RUN-047", "a reference", config("Cmd:['--password','$DB_PASSWORD','--password-file=/run/a']")),
                passes("RUN-047", "a plain label", config("Labels:{'maintainer':'a','token':'none'}")),
                passes("RUN-047", "none", config("Env:['TOKEN=none']")),
                passes("RUN-047", "a path", config("Env:['DB_PASSWORD=/run/secrets/db','DB_PASSWORD_FILE=/x']")),
                passes("RUN-047", "other words", config("Env:['MONKEY=x','TOKENIZERS_PARALLELISM=false','EMPTY']")),
                passes("RUN-047", "null", config("Env:null")),
                unknown("RUN-047", "no key", config("Env:")));
    }

    private static ContainerSubject image(String name) {
        return config("Image:'" + name + "'");
    }

    private static Stream<ContainerCase> images() {
        String digest = "@sha256:" + "12".repeat(32);
        List<String> hub = List.of("docker.io");
        return Stream.of(
                fails("RUN-049", "no tag", image("nginx"), "/Config/Image"),
                fails("RUN-049", "latest", image("example.test:5000/a/b:latest")),
                passes("RUN-049", "a version", good()),
                passes("RUN-049", "a digest", image("nginx" + digest)),
                passes("RUN-049", "an id", image(Containers.IMAGE_ID)),
                passes("RUN-049", "the first digits of its id", image("abababababab")),
                passes("RUN-049", "a few of them", image("abab")),
                passes("RUN-049", "after the name of the algorithm", image("sha256:ababa")),
                fails("RUN-049", "as many of no id", image("abba")),
                fails("RUN-049", "a name that looks like an id", image("abcabcabcabc")),
                fails("RUN-049", "any tag, if the policy says so", good()).with("everyTagIsMutable", true),
                unknown("RUN-049", "no reference", image("Not A Name")),
                unknown("RUN-049", "no key", config("Image:")),
                silent("RUN-050", "no list", good()),
                passes("RUN-050", "on the list", image("nginx:1")).with("allowedRegistries", hub),
                fails("RUN-050", "not on the list", image("example.test/a:1")).with("allowedRegistries", hub),
                unknown("RUN-050", "an id", image(Containers.IMAGE_ID)).with("allowedRegistries", hub),
                unknown("RUN-050", "the first digits of its id", image("aba")).with("allowedRegistries", hub),
                passes("RUN-050", "digits of no id", image("bad")).with("allowedRegistries", hub),
                unknown("RUN-050", "no key", config("Image:")).with("allowedRegistries", hub));
    }

    private static ContainerSubject withImage(String name, String id, String... tags) {
        return image(name)
                .withImages(List.of(new LocalImage(id, List.of(tags), List.of("app@" + Containers.IMAGE_ID))));
    }

    private static Stream<ContainerCase> moved() {
        return Stream.of(
                fails("RUN-058", "another by now", withImage("app:1.4", OTHER_ID, "app:1.4"), "/Config/Image"),
                passes("RUN-058", "the same", withImage("app:1.4", Containers.IMAGE_ID, "app:1.4")),
                passes(
                        "RUN-058",
                        "the same in full",
                        withImage("app", Containers.IMAGE_ID, "docker.io/library/app:latest")),
                passes("RUN-058", "as engines before 1.10 write ids", withImage("app:1", "ab".repeat(32), "app:1")),
                passes("RUN-058", "by digest", withImage("app@" + Containers.IMAGE_ID, Containers.IMAGE_ID)),
                silent("RUN-058", "an id", withImage(Containers.IMAGE_ID, OTHER_ID)),
                unknown("RUN-058", "not on the list", withImage("app:2", Containers.IMAGE_ID, "app:1.4")),
                unknown("RUN-058", "not given", good()));
    }

    private static ContainerSubject log(String type, String options) {
        return host("LogConfig:{'Type':'" + type + "','Config':{" + options + "}}");
    }

    private static Stream<ContainerCase> logs() {
        ContainerSubject left = log("", "");
        return Stream.of(
                fails("RUN-051", "none", log("none", ""), "/HostConfig/LogConfig"),
                passes("RUN-051", "a driver", good()),
                unknown("RUN-051", "no key", host("LogConfig:")),
                unknown("RUN-051", "the engine's, engine not given", left),
                fails("RUN-052", "no size", log("json-file", "'max-file':'3'"), "/HostConfig/LogConfig"),
                fails("RUN-052", "any size", log("json-file", "'max-size':'-1'")),
                passes("RUN-052", "a size", log("json-file", "'max-size':'10m'")),
                passes("RUN-052", "another driver", log("journald", "")),
                fails("RUN-052", "no size in Podman", podmansLog("k8s-file", ",'Size':'0B'"), "/HostConfig/LogConfig"),
                fails("RUN-052", "nothing of a size in Podman", podmansLog("k8s-file", "")),
                fails("RUN-052", "by its other name in Podman", podmansLog("json-file", ",'Size':'0B'")),
                passes("RUN-052", "a size in Podman", podmansLog("k8s-file", ",'Size':'10MB'")),
                passes("RUN-052", "a size by its other name", podmansLog("json-file", ",'Size':'1.049MB'")),
                passes("RUN-052", "another driver in Podman", podmansLog("journald", ",'Size':'0B'")),
                passes("RUN-052", "a driver that Docker does not have", log("k8s-file", "")),
                fails("RUN-052", "the engine's", left.withEngine(Containers.engine("{}", "{}"))),
                passes(
                        "RUN-052",
                        "the engine's, with a size",
                        left.withEngine(Containers.engine("{'log-opts':{'max-size':'10m'}}", "{}"))),
                passes(
                        "RUN-052",
                        "to be made with the engine's driver, which has a size",
                        Containers.read("{'Image':'a:1','HostConfig':{'LogConfig':{'Type':'json-file',"
                                        + "'Config':{'max-file':'3'}}}}")
                                .withEngine(Containers.engine("{'log-opts':{'max-size':'10m'}}", "{}"))),
                fails(
                        "RUN-052",
                        "made before the engine's driver got a size",
                        log("json-file", "'max-file':'3'")
                                .withEngine(Containers.engine("{'log-opts':{'max-size':'10m'}}", "{}")),
                        "/HostConfig/LogConfig"),
                fails(
                        "RUN-052",
                        "another driver than the engine's",
                        log("json-file", "")
                                .withEngine(Containers.engine(
                                        "{'log-driver':'local','log-opts':{'max-size':'10m'}}", "{}"))),
                fails(
                        "RUN-052",
                        "the engine's, but without its size",
                        log("", "'max-size':'-1'")
                                .withEngine(Containers.engine("{'log-opts':{'max-size':'10m'}}", "{}"))),
                unknown("RUN-052", "no key", host("LogConfig:")),
                fails("RUN-048", "a parent", host("CgroupParent:'/custom'"), "/HostConfig/CgroupParent"),
                passes("RUN-048", "none", good()),
                passes("RUN-048", "allowed", host("CgroupParent:'/custom'"))
                        .with("allowedCgroupParents", List.of("/custom")),
                passes("RUN-048", "below what is allowed", host("CgroupParent:'/kubepods/burstable/pod1'"))
                        .with("allowedCgroupParents", List.of("/x", "/kubepods")),
                fails("RUN-048", "beside what is allowed", host("CgroupParent:'/kubepods2'"))
                        .with("allowedCgroupParents", List.of("/kubepods")),
                fails("RUN-048", "out of what is allowed", host("CgroupParent:'/kubepods/../system.slice'"))
                        .with("allowedCgroupParents", List.of("/kubepods/*", "/kubepods")),
                passes("RUN-048", "any ending", host("CgroupParent:'kubepods-burstable-pod1.slice'"))
                        .with("allowedCgroupParents", List.of("kubepods*")),
                fails("RUN-048", "a slice is no path", host("CgroupParent:'kubepods.slice/x'"))
                        .with("allowedCgroupParents", List.of("kubepods.slice")),
                passes("RUN-048", "a pod", under("machine.slice/machine-libpod_pod_" + POD + ".slice")),
                passes("RUN-048", "a pod without root", under("user.slice/user-libpod_pod_" + POD + ".slice")),
                passes("RUN-048", "a pod without systemd", under("/libpod_parent/" + POD)),
                passes("RUN-048", "the same without a slash", under("libpod_parent/" + POD)),
                fails("RUN-048", "no pod", under("machine.slice/x.slice")),
                fails("RUN-048", "a pod of another slice", under("user.slice/machine-libpod_pod_" + POD + ".slice")),
                fails("RUN-048", "a pod in Docker", host("CgroupParent:'/libpod_parent/" + POD + "'")),
                unknown("RUN-048", "no key", host("CgroupParent:")));
    }

    private static ContainerSubject under(String parent) {
        return Containers.read(
                "{'Id':'a','ImageName':'a:1','BoundingCaps':[],'HostConfig':{'CgroupParent':'" + parent + "'}}");
    }

    private static ContainerSubject podmansLog(String type, String more) {
        return Containers.read("{'Id':'a','ImageName':'a:1','HostConfig':{'LogConfig':{'Type':'" + type
                + "','Config':null,'Path':'/l','Tag':''" + more + "}}}");
    }

    private static ContainerSubject sysctl(String name, String value) {
        return host("Sysctls:{'" + name + "':'" + value + "'}");
    }

    private static Stream<ContainerCase> runtime() {
        return Stream.of(
                fails("RUN-053", "another", host("Runtime:'mine'"), "/HostConfig/Runtime"),
                passes("RUN-053", "runc", good()),
                passes("RUN-053", "by its shim", host("Runtime:'io.containerd.runc.v2'")),
                passes("RUN-053", "kata", host("Runtime:'kata-qemu'")),
                passes("RUN-053", "allowed", host("Runtime:'mine'")).with("allowedRuntimes", List.of("mi*")),
                passes("RUN-053", "the engine's", host("Runtime:''").withEngine(Containers.engine("{}", "{}"))),
                unknown("RUN-053", "the engine's, engine not given", host("Runtime:''")),
                unknown("RUN-053", "no key, as of Docker 1.9", host("Runtime:")),
                fails(
                        "RUN-054",
                        "kernel",
                        sysctl("kernel.core_pattern", "x"),
                        "/HostConfig/Sysctls/kernel.core_pattern"),
                fails("RUN-054", "routing", sysctl("net.ipv4.ip_forward", "1")),
                fails("RUN-054", "with slashes", sysctl("net/ipv4/conf/all/accept_redirects", "1")),
                fails("RUN-054", "another of an interface", sysctl("net.ipv4.conf.all.src_valid_mark", "1")),
                fails("RUN-054", "filter off", sysctl("net.ipv4.conf.all.rp_filter", "0")),
                fails("RUN-054", "filter off, in base 8", sysctl("net.ipv4.conf.all.rp_filter", "00")),
                fails("RUN-054", "filter off, in base 16", sysctl("net.ipv4.conf.all.rp_filter", " 0x0")),
                fails("RUN-054", "filter set to no number", sysctl("net.ipv4.conf.all.rp_filter", "#0")),
                passes("RUN-054", "filter on, in base 16", sysctl("net.ipv4.conf.all.rp_filter", "0x1")),
                passes("RUN-054", "routing off, in base 8", sysctl("net.ipv4.ip_forward", "00")),
                fails("RUN-054", "routing set to no number", sysctl("net.ipv4.ip_forward", "")),
                passes("RUN-054", "redirects off", sysctl("net.ipv4.conf.all.accept_redirects", "0")),
                passes("RUN-054", "no IPv6", sysctl("net.ipv6.conf.all.disable_ipv6", "1")),
                passes("RUN-054", "shared memory", sysctl("kernel.shmmax", "1")),
                passes("RUN-054", "sockets", sysctl("net.core.somaxconn", "1024")),
                passes("RUN-054", "none", good()),
                unknown("RUN-054", "no object", host("Sysctls:[]")),
                unknown(
                        "RUN-054",
                        "Podman does not say",
                        Containers.read("{'Id':'a','OCIRuntime':'crun','HostConfig':{}}")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(ContainerCase each) {
        each.check();
    }

    @Test
    void findsRootLessBadWhereTheEngineRemapsIt() {
        ContainerSubject root = config("User:''").withEngine(Containers.engine("{'userns-remap':'default'}", "{}"));
        Outcome.Fail fail = (Outcome.Fail) fails("RUN-043", "remapped", root).outcome();
        assertEquals(Severity.MEDIUM, fail.problems().get(0).severity().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Env:['A=extok_0a1b2c3d']",
                "Cmd:['app','extok_0a1b2c3d']",
                "Entrypoint:['sh','-c','app extok_0a1b2c3d']",
                "Labels:{'a':'extok_0a1b2c3d'}",
                "Healthcheck:{'Test':['CMD','app','extok_0a1b2c3d']}"
            })
    void aPolicyAddsPatternsOfSecrets(String members) {
        Policy policy = Policy.defaults();
        Policy extended = policy.withSecretPattern("Example token | token | any | extok_ | [0-9a-f]{8} | -");

        assertEquals(Set.of(), secretsFound(policy, members));
        assertEquals(Set.of("RUN-047"), secretsFound(extended, members));
    }

    private static Set<String> secretsFound(Policy policy, String members) {
        return Auditor.of(policy, ContainerRules.ruleSet())
                .audit(List.of(config(members)))
                .findings(Outcome.Kind.FAIL)
                .stream()
                .map(finding -> finding.rule().id().toString())
                .filter("RUN-047"::equals)
                .collect(Collectors.toSet());
    }

    @Test
    void showsNoSecret() {
        Outcome outcome = fails("RUN-047", "a password", config("Env:['DB_PASSWORD=hunter2-fake']"))
                .outcome();
        assertFalse(outcome.toString().contains("hunter2"), outcome.toString());
    }

    @Test
    void everyRuleHasAFailingAPassingAndAnUnknownCase() {
        Map<String, Set<Outcome.Kind>> seen = new TreeMap<>();
        Stream.of(IsolationCasesTest.cases(), HostAccessCasesTest.cases(), LimitAndNetworkCasesTest.cases(), cases())
                .flatMap(cases -> cases)
                .forEach(each -> seen.computeIfAbsent(each.rule(), rule -> new TreeSet<>())
                        .add(each.verdict()));
        for (Rule<?> rule : ContainerRules.ruleSet().rules()) {
            Set<Outcome.Kind> verdicts = seen.getOrDefault(rule.info().id().value(), Set.of());
            assertEquals(
                    List.of(),
                    Stream.of(Outcome.Kind.FAIL, Outcome.Kind.PASS, Outcome.Kind.UNKNOWN)
                            .filter(verdict -> !verdicts.contains(verdict))
                            .toList(),
                    rule.info().id().value());
        }
    }
}
