package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.hardening.engine.Engines.both;
import static dev.tallyclerk.hardening.engine.Engines.file;
import static dev.tallyclerk.hardening.engine.Engines.fileAndInfo;
import static dev.tallyclerk.hardening.engine.Engines.flags;
import static dev.tallyclerk.hardening.engine.Engines.info;
import static dev.tallyclerk.hardening.engine.Engines.nothing;
import static dev.tallyclerk.hardening.engine.RuleCase.fails;
import static dev.tallyclerk.hardening.engine.RuleCase.passes;
import static dev.tallyclerk.hardening.engine.RuleCase.silent;
import static dev.tallyclerk.hardening.engine.RuleCase.unknown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkRulesTest {
    private static final String WARNED =
            "{'Warnings':['WARNING: API is accessible on http://0.0.0.0:2375 without" + " encryption.','x']}";

    private static final String OLD = "{'ServerVersion':'18.09.1','Warnings':null}";

    @ParameterizedTest
    @MethodSource("cases")
    void decides(RuleCase rule) {
        rule.check();
    }

    @Test
    void judgesManyAddressesInTimeThatGrowsWithThem() throws MalformedSubjectException {
        int many = 200_000;
        EngineSubject engine = file("{'hosts':['tcp://:1'" + ",'tcp://:1'".repeat(many - 1) + "]}");
        Outcome outcome = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Engines.outcome(engine, "DMN-009"));
        assertEquals(many, ((Outcome.Fail) outcome).problems().size());
    }

    static List<RuleCase> cases() throws MalformedSubjectException {
        return List.of(
                fails("DMN-001", "icc is not set", file("{}"), "daemon.json#/icc"),
                fails("DMN-001", "a flag sets icc", flags("dockerd --icc=1"), "dockerd --icc"),
                passes("DMN-001", "icc is off", file("{'icc':false}")),
                silent("DMN-001", "there is no default bridge", file("{'bridge':'none'}")),
                silent("DMN-001", "a flag says so", flags("dockerd -b none")),
                unknown("DMN-001", "a variable may say otherwise", flags("dockerd --icc=false $OPTS")),
                unknown("DMN-001", "only the report is given", info(Engines.PLAIN_INFO)),
                unknown("DMN-001", "icc is no boolean", file("{'icc':'false'}")),
                unknown("DMN-001", "file and flag differ", both("{'icc':false}", "dockerd --icc")),
                fails("DMN-004", "iptables is off", file("{'iptables':false}"), "daemon.json#/iptables"),
                fails(
                        "DMN-004",
                        "ip6tables is off and the bridge has IPv6",
                        file("{'ip6tables':false,'ipv6':true}"),
                        "daemon.json#/ip6tables"),
                fails(
                        "DMN-004",
                        "ip6tables is off by the default of release 26",
                        fileAndInfo("{'ipv6':true}", Engines.PLAIN_INFO),
                        "daemon.json#/ip6tables"),
                passes("DMN-004", "ip6tables is off and the bridge has no IPv6", file("{'ip6tables':false}")),
                passes(
                        "DMN-004",
                        "ip6tables is on by the default of release 27",
                        fileAndInfo("{'ipv6':true}", "{'ServerVersion':'27.0.1'}")),
                unknown("DMN-004", "the default of ip6tables is not known", file("{'ipv6':true}")),
                unknown("DMN-004", "nothing is given", nothing()),
                fails(
                        "DMN-005",
                        "registries and networks are listed",
                        file(
                                "{'insecure-registries':['127.0.0.1:5000','r.test:5000','10.0.0.0/8','127.0.0.0/4','::/0']}"),
                        "daemon.json#/insecure-registries/1",
                        "daemon.json#/insecure-registries/2",
                        "daemon.json#/insecure-registries/3",
                        "daemon.json#/insecure-registries/4"),
                fails(
                        "DMN-005",
                        "the running engine reports one more",
                        fileAndInfo(
                                "{'insecure-registries':[]}",
                                "{'RegistryConfig':{'InsecureRegistryCIDRs':['127.0.0.0/8','::1/128','10.0.0.0/8'],"
                                        + "'IndexConfigs':{'r.test':{'Secure':false},'docker.io':{'Secure':true}}}}"),
                        "info#/RegistryConfig/InsecureRegistryCIDRs",
                        "info#/RegistryConfig/InsecureRegistryCIDRs"),
                passes(
                        "DMN-005",
                        "only this machine is listed",
                        file(
                                "{'insecure-registries':['localhost:1','127.0.0.0/8','127.1.2.3/32','[::1]:5000','::1/128',"
                                        + "'http://LOCALHOST:5000']}")),
                passes("DMN-005", "the report has loopback only", info(Engines.PLAIN_INFO)),
                unknown("DMN-005", "nothing is given", nothing()),
                unknown("DMN-005", "the command line may list some", file("{}")),
                passes("DMN-005", "the report has them too", fileAndInfo("{}", Engines.PLAIN_INFO)),
                unknown("DMN-005", "a variable may list some", flags("dockerd $OPTS")),
                fails(
                        "DMN-005",
                        "one is listed already",
                        flags("dockerd --insecure-registry r.test:5000 $OPTS"),
                        "dockerd --insecure-registry"),
                unknown("DMN-005", "the list is no list", file("{'insecure-registries':'r.test'}")),
                fails("DMN-007", "a flag has TCP", flags("dockerd -H tcp://127.0.0.1:2375"), "dockerd --host"),
                fails(
                        "DMN-007",
                        "an address without a protocol is TCP",
                        file("{'hosts':['fd://','0.0.0.0:2375','tcp://10.0.0.1:2375'],'tls':false}"),
                        "daemon.json#/hosts/1",
                        "daemon.json#/hosts/2"),
                fails("DMN-007", "the running engine warns", info(WARNED), "info#/Warnings/0"),
                fails(
                        "DMN-007",
                        "the file does not say what the engine warns of",
                        fileAndInfo("{}", WARNED),
                        "info#/Warnings/0"),
                passes("DMN-007", "TLS is on", file("{'hosts':['tcp://10.0.0.1:2376'],'tls':true}")),
                passes("DMN-007", "tlsverify turns TLS on", flags("dockerd -H :2376 --tlsverify")),
                silent("DMN-007", "the API is on a socket", file("{'hosts':['unix:///var/run/docker.sock','fd://']}")),
                silent("DMN-007", "no flag says otherwise", both("{}", "dockerd")),
                silent("DMN-007", "the running engine does not warn", fileAndInfo("{}", Engines.PLAIN_INFO)),
                unknown("DMN-007", "an older engine never warns", fileAndInfo("{}", OLD)),
                unknown("DMN-007", "a report without warnings", fileAndInfo("{}", "{'ServerVersion':'26.1.5'}")),
                unknown("DMN-007", "the command line is not given", file("{}")),
                unknown("DMN-007", "a variable may add one", flags("/usr/bin/dockerd -H fd:// $DOCKER_OPTS")),
                unknown("DMN-007", "a variable may turn TLS on", flags("dockerd -H tcp://10.0.0.1:2375 $OPTS")),
                fails(
                        "DMN-007",
                        "a shell starts the engine",
                        flags("sh -c 'exec dockerd -H tcp://0.0.0.0:2375'"),
                        "dockerd --host"),
                unknown("DMN-007", "another program starts the engine", flags("/opt/start-engine --fast")),
                fails(
                        "DMN-009",
                        "one is bad already",
                        flags("dockerd -H tcp://0.0.0.0:2376 -H fd:// $OPTS"),
                        "dockerd --host"),
                unknown("DMN-007", "nothing is given", nothing()),
                unknown("DMN-007", "whether TLS is on cannot be read", file("{'hosts':['tcp://:1'],'tls':'yes'}")),
                fails(
                        "DMN-008",
                        "TLS does not verify",
                        file("{'hosts':['tcp://:1'],'tls':true}"),
                        "daemon.json#/hosts/0"),
                fails(
                        "DMN-008",
                        "tlsverify is set to false",
                        file("{'hosts':['tcp://:1'],'tlsverify':false}"),
                        "daemon.json#/hosts/0"),
                fails(
                        "DMN-008",
                        "the running engine warns",
                        info(
                                "{'Warnings':['API is accessible on https://10.0.0.1:1 without TLS client verification.']}"),
                        "info#/Warnings/0"),
                passes("DMN-008", "clients are verified", file("{'hosts':['tcp://:1'],'tlsverify':true}")),
                silent("DMN-008", "there is no TLS at all", file("{'hosts':['tcp://:1']}")),
                silent("DMN-008", "the API is on a socket", flags("dockerd")),
                silent("DMN-008", "the running engine warns of nothing", fileAndInfo("{}", Engines.PLAIN_INFO)),
                unknown("DMN-008", "the command line is not given", file("{}")),
                unknown("DMN-008", "nothing is given", nothing()),
                unknown(
                        "DMN-008",
                        "whether clients are verified cannot be read",
                        file("{'hosts':['tcp://:1'],'tlsverify':1,'tls':true}")),
                fails(
                        "DMN-009",
                        "every way to write every interface",
                        file(
                                "{'hosts':['tcp://0.0.0.0:1','tcp://[::]:1','tcp://:1','tcp://','tcp://10.0.0.1:1','tcp://[::ffff:0.0.0.0]:1']}"),
                        "daemon.json#/hosts/0",
                        "daemon.json#/hosts/1",
                        "daemon.json#/hosts/2",
                        "daemon.json#/hosts/3",
                        "daemon.json#/hosts/5"),
                fails("DMN-009", "the running engine warns", info(WARNED), "info#/Warnings/0"),
                passes("DMN-009", "an address is named", file("{'hosts':['tcp://10.0.0.1:2376']}")),
                silent("DMN-009", "the API is on a socket", flags("dockerd")),
                unknown("DMN-009", "an address has a variable", flags("dockerd -H tcp://$IP:2375")),
                unknown("DMN-009", "nothing is given", nothing()),
                fails("DMN-014", "no plugin is configured", flags("dockerd"), "dockerd --authorization-plugin"),
                unknown("DMN-014", "the command line is not given", file("{}")),
                passes("DMN-014", "more may follow", flags("dockerd --authorization-plugin=opa $OPTS")),
                fails("DMN-014", "no plugin is reported", info(Engines.PLAIN_INFO), "info#/Plugins/Authorization"),
                passes("DMN-014", "a flag names a plugin", flags("dockerd --authorization-plugin=opa")),
                passes("DMN-014", "a plugin is reported", info("{'Plugins':{'Authorization':['opa']}}")),
                unknown("DMN-014", "nothing is given", nothing()),
                fails("DMN-019", "the proxy is not switched off", file("{}"), "daemon.json#/userland-proxy"),
                passes("DMN-019", "the proxy is off", file("{'userland-proxy':false}")),
                unknown("DMN-019", "nothing is given", nothing()),
                fails(
                        "DMN-026",
                        "a mirror has no TLS",
                        file("{'registry-mirrors':['https://m.test','HTTP://m.test']}"),
                        "daemon.json#/registry-mirrors/1"),
                fails(
                        "DMN-026",
                        "a mirror without TLS is reported",
                        fileAndInfo("{}", "{'RegistryConfig':{'Mirrors':['http://m.test/']}}"),
                        "info#/RegistryConfig/Mirrors/0"),
                passes("DMN-026", "no mirror is configured", both("{}", "dockerd")),
                passes("DMN-026", "no mirror is reported", info(Engines.PLAIN_INFO)),
                unknown("DMN-026", "nothing is given", nothing()),
                fails(
                        "DMN-030",
                        "a registry gets foreign layers",
                        file("{'allow-nondistributable-artifacts':['r.test']}"),
                        "daemon.json#/allow-nondistributable-artifacts/0"),
                passes("DMN-030", "no registry is listed", both("{}", "dockerd")),
                unknown("DMN-030", "nothing is given", nothing()),
                fails(
                        "DMN-031",
                        "metrics are on a network",
                        file("{'metrics-addr':'0.0.0.0:9323'}"),
                        "daemon.json#/metrics-addr"),
                fails(
                        "DMN-031",
                        "metrics have a port only",
                        flags("dockerd --metrics-addr :9323"),
                        "dockerd --metrics-addr"),
                fails(
                        "DMN-031",
                        "no address at all, and long",
                        file("{'metrics-addr':'[" + "::ffff:".repeat(20_000) + "127.0.0.1]:9323'}"),
                        "daemon.json#/metrics-addr"),
                fails(
                        "DMN-031",
                        "what is mapped into IPv6 twice is no address",
                        file("{'metrics-addr':'[::ffff:::ffff:127.0.0.1]:9323'}"),
                        "daemon.json#/metrics-addr"),
                passes("DMN-031", "loopback of IPv4 in IPv6", file("{'metrics-addr':'[::FFFF:127.0.0.1]:9323'}")),
                passes("DMN-031", "metrics are on loopback", file("{'metrics-addr':'[::1]:9323'}")),
                passes("DMN-031", "there are no metrics", file("{}")),
                unknown("DMN-031", "nothing is given", nothing()),
                fails("DMN-034", "no address is set", file("{}"), "daemon.json#/ip"),
                fails("DMN-034", "the address is every one", file("{'ip':'::'}"), "daemon.json#/ip"),
                passes("DMN-034", "the address is loopback", file("{'ip':'127.0.0.1'}")),
                unknown("DMN-034", "nothing is given", nothing()));
    }
}
