package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.ContainerCase.fails;
import static dev.tallyclerk.hardening.container.ContainerCase.passes;
import static dev.tallyclerk.hardening.container.ContainerCase.silent;
import static dev.tallyclerk.hardening.container.ContainerCase.unknown;
import static dev.tallyclerk.hardening.container.Containers.good;
import static dev.tallyclerk.hardening.container.Containers.host;
import static dev.tallyclerk.hardening.container.Containers.top;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much of the host a container can use, and from where it can be reached. */
class LimitAndNetworkCasesTest {
    private static ContainerSubject open(String port, String binding) {
        return top("NetworkSettings:{'Networks':{'back':{}},'Ports':{'" + port + "':[{" + binding + "}]}}");
    }

    private static ContainerSubject asked(String port, String binding) {
        return host("PortBindings:{'" + port + "':[{" + binding + "}]}");
    }

    private static ContainerSubject networks(String networks, String mode) {
        return Containers.read(Containers.document(
                List.of("NetworkMode:'" + mode + "'"),
                List.of(),
                List.of("NetworkSettings:{'Ports':{}" + networks + "}")));
    }

    static Stream<ContainerCase> cases() {
        return Stream.of(memory(), processor(), processes(), restarts(), ports(), addresses(), networks())
                .flatMap(cases -> cases);
    }

    private static Stream<ContainerCase> memory() {
        return Stream.of(
                fails("RUN-029", "no limit", host("Memory:0"), "/HostConfig/Memory"),
                passes("RUN-029", "a limit", good()),
                fails("RUN-029", "no limit, before 1.6", oldConfig("Memory:0"), "/Config/Memory"),
                passes("RUN-029", "a limit, before 1.6", oldConfig("Memory:1048576")),
                unknown("RUN-029", "no key", host("Memory:")),
                fails("RUN-030", "unlimited", host("MemorySwap:-1"), "/HostConfig/MemorySwap"),
                passes("RUN-030", "twice the memory", host("MemorySwap:0")),
                unknown("RUN-030", "no key", host("MemorySwap:")),
                fails("RUN-034", "killer off", host("OomKillDisable:true"), "/HostConfig/OomKillDisable"),
                fails("RUN-034", "others first", host("OomScoreAdj:-500"), "/HostConfig/OomScoreAdj"),
                passes("RUN-034", "as usual", good()),
                unknown("RUN-034", "key taken away", host("OomScoreAdj:")),
                unknown("RUN-034", "no key", host("OomKillDisable:")));
    }

    private static ContainerSubject oldConfig(String member) {
        return Containers.read(Containers.document(List.of("Memory:"), List.of(member), List.of()));
    }

    private static Stream<ContainerCase> processor() {
        return Stream.of(
                fails("RUN-031", "nothing", host("NanoCpus:0"), "/HostConfig/CpuShares"),
                unknown("RUN-031", "no key, though younger ones are there", host("NanoCpus:")),
                fails(
                        "RUN-031",
                        "nothing, as of Docker 1.9",
                        host(
                                "NanoCpus:",
                                "MaskedPaths:",
                                "ReadonlyPaths:",
                                "CgroupnsMode:",
                                "DeviceCgroupRules:",
                                "DeviceRequests:")),
                passes("RUN-031", "a limit", good()),
                passes("RUN-031", "a weight", host("NanoCpus:0", "CpuShares:512")),
                passes("RUN-031", "a quota", host("NanoCpus:0", "CpuQuota:50000")),
                passes("RUN-031", "processors", host("NanoCpus:0", "CpusetCpus:'0-1'")),
                fails("RUN-031", "a quota of -1", host("NanoCpus:0", "CpuQuota:-1")),
                unknown("RUN-031", "no key", host("NanoCpus:0", "CpuShares:")));
    }

    private static Stream<ContainerCase> processes() {
        ContainerSubject none = host("Ulimits:[]");
        return Stream.of(
                fails("RUN-032", "null", host("PidsLimit:null"), "/HostConfig/PidsLimit"),
                fails("RUN-032", "0", host("PidsLimit:0")),
                fails("RUN-032", "-1", host("PidsLimit:-1")),
                passes("RUN-032", "a limit", good()),
                unknown("RUN-032", "no key, as of Docker 1.9", host("PidsLimit:")),
                fails("RUN-033", "none", none, "/HostConfig/Ulimits"),
                fails("RUN-033", "null", host("Ulimits:null")),
                fails("RUN-033", "unlimited", host("Ulimits:[{'Name':'nofile','Soft':-1,'Hard':-1}]")),
                fails("RUN-033", "a limit that can be raised", host("Ulimits:[{'Name':'core','Soft':0,'Hard':-1}]")),
                passes("RUN-033", "a limit", good()),
                passes("RUN-033", "as Podman writes it", host("Ulimits:[{'Name':'RLIMIT_NOFILE','Soft':1,'Hard':1}]")),
                passes(
                        "RUN-033",
                        "the engine's",
                        none.withEngine(Containers.engine(
                                "{'default-ulimits':{'nofile':{'Name':'nofile','Soft':1,'Hard':1}}}", "{}"))),
                unknown("RUN-033", "no key", host("Ulimits:")));
    }

    private static Stream<ContainerCase> restarts() {
        return Stream.of(
                fails("RUN-035", "always", restart("always", 0), "/HostConfig/RestartPolicy"),
                fails("RUN-035", "unless stopped", restart("unless-stopped", 0)),
                fails("RUN-035", "on failure without end", restart("on-failure", 0)),
                fails("RUN-035", "on failure, six times", restart("on-failure", 6)),
                passes("RUN-035", "on failure, five times", restart("on-failure", 5)),
                passes("RUN-035", "as often as allowed", restart("on-failure", 6))
                        .with("maximumRetries", 6L),
                passes("RUN-035", "no", good()),
                passes("RUN-035", "empty", restart("", 0)),
                unknown("RUN-035", "no name", host("RestartPolicy:{}")),
                unknown("RUN-035", "no key", host("RestartPolicy:")));
    }

    private static ContainerSubject restart(String name, int retries) {
        return host("RestartPolicy:{'Name':'" + name + "','MaximumRetryCount':" + retries + "}");
    }

    private static Stream<ContainerCase> ports() {
        return Stream.of(
                fails(
                        "RUN-036",
                        "80",
                        open("80/tcp", "'HostIp':'::1','HostPort':'80'"),
                        "/NetworkSettings/Ports/80~1tcp/0"),
                fails("RUN-036", "80 when it runs", asked("80/tcp", "'HostIp':'','HostPort':'80'")),
                fails("RUN-036", "a range that ends above", asked("80/tcp", "'HostPort':'1023-1030'")),
                passes("RUN-036", "1024", open("80/tcp", "'HostIp':'','HostPort':'1024'")),
                passes("RUN-036", "one that the engine picks", asked("80/tcp", "'HostIp':'','HostPort':''")),
                passes("RUN-036", "allowed", open("80/tcp", "'HostPort':'443'"))
                        .with("allowedHostPorts", List.of("443")),
                passes("RUN-036", "exposed and not published", top("NetworkSettings:{'Ports':{'80/tcp':null}}")),
                unknown("RUN-036", "no host port", open("80/tcp", "'HostIp':''")),
                unknown("RUN-036", "no number", open("80/tcp", "'HostPort':'http'")),
                unknown("RUN-036", "no key Ports", top("NetworkSettings:{}")),
                unknown("RUN-036", "no key PortBindings", host("PortBindings:")),
                silent("RUN-038", "no list", open("80/tcp", "'HostPort':'8080'")),
                fails("RUN-038", "not on the list", open("80/tcp", "'HostPort':'8080'"))
                        .with("allowedPorts", List.of("8080")),
                fails("RUN-038", "another protocol", open("53/udp", "'HostPort':'53'"))
                        .with("allowedPorts", List.of("53")),
                passes("RUN-038", "on the list", open("80/tcp", "'HostPort':'8080'"))
                        .with("allowedPorts", List.of("80")),
                unknown("RUN-038", "no key", top("NetworkSettings:{}")).with("allowedPorts", List.of("80")),
                fails("RUN-039", "all", host("PublishAllPorts:true"), "/HostConfig/PublishAllPorts"),
                passes("RUN-039", "not all", good()),
                unknown("RUN-039", "no key", host("PublishAllPorts:")));
    }

    private static Stream<ContainerCase> addresses() {
        ContainerSubject byDefault = asked("80/tcp", "'HostIp':'','HostPort':'8080'");
        String networks = "{'default-network-opts':{'bridge':{'com.docker.network.bridge.host_binding_ipv4':'%s'}}}";
        return Stream.of(
                unknown(
                        "RUN-037",
                        "the engine's address for networks made since it is set",
                        byDefault.withEngine(Containers.engine(String.format(networks, "127.0.0.1"), "{}"))),
                fails(
                        "RUN-037",
                        "every address for networks made since it is set",
                        byDefault.withEngine(Containers.engine(String.format(networks, "0.0.0.0"), "{}"))),
                fails("RUN-037", "IPv4", open("80/tcp", "'HostIp':'0.0.0.0','HostPort':'8080'")),
                fails("RUN-037", "IPv6", open("80/tcp", "'HostIp':'::','HostPort':'8080'")),
                fails("RUN-037", "IPv6, spelled out", open("80/tcp", "'HostIp':'0:0:0:0:0:0:0:0','HostPort':'8080'")),
                fails("RUN-037", "IPv6, spelled short", open("80/tcp", "'HostIp':'::0','HostPort':'8080'")),
                fails("RUN-037", "IPv4 in IPv6", open("80/tcp", "'HostIp':'::ffff:0.0.0.0','HostPort':'8080'")),
                fails("RUN-037", "IPv4 in IPv6, in groups", open("80/tcp", "'HostIp':'::FFFF:0:0','HostPort':'8080'")),
                fails("RUN-037", "in brackets", open("80/tcp", "'HostIp':'[0::ffff:0.0.0.0]','HostPort':'8080'")),
                passes("RUN-037", "IPv4 in IPv6", open("80/tcp", "'HostIp':'::ffff:7f00:1','HostPort':'8080'")),
                passes("RUN-037", "ffff in front", open("80/tcp", "'HostIp':'ffff::','HostPort':'8080'")),
                passes(
                        "RUN-037",
                        "no address at all, and long",
                        open("80/tcp", "'HostIp':'" + ":".repeat(200_000) + "x','HostPort':'8080'")),
                passes("RUN-037", "loopback of IPv6", open("80/tcp", "'HostIp':'::1','HostPort':'8080'")),
                fails(
                        "RUN-037",
                        "a list without a binding, which Docker fills in",
                        host("PortBindings:{'22/tcp':[]}"),
                        "/HostConfig/PortBindings/22~1tcp"),
                fails("RUN-037", "null for a list, which Docker fills in", host("PortBindings:{'22/tcp':null}")),
                fails(
                        "RUN-037",
                        "a request with a list without a binding",
                        Containers.read("{'Image':'a','HostConfig':{'PortBindings':{'80/tcp':[]}}}")),
                passes(
                        "RUN-037",
                        "a list without a binding in Podman",
                        Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun','HostConfig':"
                                + "{'NetworkMode':'bridge','PublishAllPorts':false,'PortBindings':{'80/tcp':[]}},"
                                + "'NetworkSettings':{'Ports':{'80/tcp':null}}}")),
                fails("RUN-037", "by default", byDefault, "/HostConfig/PortBindings/80~1tcp/0"),
                passes("RUN-037", "loopback", open("80/tcp", "'HostIp':'127.0.0.1','HostPort':'8080'")),
                fails(
                        "RUN-037",
                        "the engine's address, which is not for other networks",
                        byDefault.withEngine(Containers.engine("{'ip':'127.0.0.1'}", "{}"))),
                passes(
                        "RUN-037",
                        "the engine's address",
                        Containers.read(Containers.document(
                                        List.of(
                                                "NetworkMode:'bridge'",
                                                "PortBindings:{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}"),
                                        List.of(),
                                        List.of("NetworkSettings:{'Ports':{},'Networks':{'bridge':{}}}")))
                                .withEngine(Containers.engine("{'ip':'127.0.0.1'}", "{}"))),
                fails("RUN-037", "the engine's default", byDefault.withEngine(Containers.engine("{}", "{}"))),
                passes(
                        "RUN-037",
                        "what is open counts, and not what was asked for",
                        Containers.read(
                                Containers.document(
                                        List.of("PortBindings:{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}"),
                                        List.of(),
                                        List.of(
                                                "NetworkSettings:{'Ports':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'8080'}]}}")))),
                passes("RUN-037", "nothing", good()),
                unknown("RUN-037", "no key Ports", top("NetworkSettings:")),
                unknown(
                        "RUN-037",
                        "ports that only the service has",
                        top("NetworkSettings:{'Ports':{},'Networks':{'ingress':{},'back':{}}}")),
                fails(
                        "RUN-037",
                        "ports that the service has, and one more",
                        top("NetworkSettings:{'Ports':{'80/tcp':[{'HostIp':'0.0.0.0','HostPort':'8080'}]},"
                                + "'Networks':{'ingress':{}}}")),
                unknown("RUN-037", "a task that is in no network yet", task("{}")),
                passes("RUN-037", "a task without the network for ports", task("{'back':{}}")),
                unknown("RUN-038", "ports that only the service has", task("{'ingress':{}}"))
                        .with("allowedPorts", List.of("80")));
    }

    private static ContainerSubject task(String networks) {
        return Containers.read(Containers.document(
                List.of(),
                List.of("Labels:{'com.docker.swarm.service.id':'s'}"),
                List.of("NetworkSettings:{'Ports':{},'Networks':" + networks + "}")));
    }

    private static Stream<ContainerCase> networks() {
        return Stream.of(
                fails(
                        "RUN-041",
                        "bridge",
                        networks(",'Networks':{'bridge':{}}", "back"),
                        "/NetworkSettings/Networks/bridge"),
                fails("RUN-041", "no network listed", networks(",'Networks':{}", "default"), "/HostConfig/NetworkMode"),
                fails("RUN-041", "before API 1.21", networks("", "bridge")),
                fails(
                        "RUN-041",
                        "Podman's",
                        Containers.read("{'Id':'" + "ab".repeat(32) + "','Name':'p','OCIRuntime':'crun','HostConfig':"
                                + "{'NetworkMode':'bridge'},'NetworkSettings':{'Networks':{'podman':{}}}}")),
                passes("RUN-041", "one of that name in Docker", networks(",'Networks':{'podman':{}}", "podman")),
                passes("RUN-041", "a task of a swarm", networks(",'Networks':{'overlay1':{}}", "default")),
                passes("RUN-041", "another", good()),
                passes("RUN-041", "the host's", networks("", "host")),
                unknown("RUN-041", "key Networks taken away", networks("", "back")),
                unknown(
                        "RUN-041",
                        "neither key",
                        Containers.read(Containers.document(
                                List.of("NetworkMode:"), List.of(), List.of("NetworkSettings:{}")))),
                fails("RUN-042", "a link", host("Links:['/db:/app/db']"), "/HostConfig/Links/0"),
                passes("RUN-042", "none", good()),
                unknown("RUN-042", "no key", host("Links:")),
                unknown("RUN-042", "no strings", host("Links:[1]")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(ContainerCase each) {
        each.check();
    }
}
