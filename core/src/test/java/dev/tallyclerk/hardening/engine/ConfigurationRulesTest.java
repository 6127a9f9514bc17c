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
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationRulesTest {
    @ParameterizedTest
    @MethodSource("cases")
    void decides(RuleCase rule) {
        rule.check();
    }

    static List<RuleCase> cases() throws MalformedSubjectException {
        return List.of(
                fails("DMN-002", "the level is debug", file("{'log-level':'debug'}"), "daemon.json#/log-level"),
                fails("DMN-002", "a flag sets the level", flags("dockerd -l warn"), "dockerd --log-level"),
                passes("DMN-002", "no level is set", file("{}")),
                passes("DMN-002", "the level is in capitals", file("{'log-level':'INFO'}")),
                unknown("DMN-002", "nothing is given", nothing()),
                fails("DMN-003", "debug mode is configured", flags("dockerd -D"), "dockerd --debug"),
                fails("DMN-003", "debug mode is reported", fileAndInfo("{}", "{'Debug':true}"), "info#/Debug"),
                passes("DMN-003", "debug mode is not reported", info(Engines.PLAIN_INFO)),
                unknown("DMN-003", "nothing is given", nothing()),
                fails("DMN-010", "there are no limits", file("{'default-ulimits':{}}"), "daemon.json#/default-ulimits"),
                passes("DMN-010", "a flag sets a limit", flags("dockerd --default-ulimit nofile=1:2")),
                unknown("DMN-010", "only the report is given", info(Engines.PLAIN_INFO)),
                fails(
                        "DMN-012",
                        "another parent is set",
                        file("{'cgroup-parent':'/ci'}"),
                        "daemon.json#/cgroup-parent"),
                passes("DMN-012", "no parent is set", file("{}")),
                passes("DMN-012", "the parent is allowed", file("{'cgroup-parent':'/ci'}"))
                        .with("allowedCgroupParents", List.of("/ci")),
                passes("DMN-012", "what is above the parent is allowed", file("{'cgroup-parent':'/ci/builds'}"))
                        .with("allowedCgroupParents", List.of("/ci")),
                passes("DMN-012", "the beginning is allowed", file("{'cgroup-parent':'ci-builds.slice'}"))
                        .with("allowedCgroupParents", List.of("ci-*")),
                fails("DMN-012", "another beginning", file("{'cgroup-parent':'/cirrus'}"), "daemon.json#/cgroup-parent")
                        .with("allowedCgroupParents", List.of("/ci")),
                unknown("DMN-012", "nothing is given", nothing()),
                fails(
                        "DMN-013",
                        "a base size is set",
                        flags("dockerd --storage-opt dm.x=1 --storage-opt dm.basesize=20G"),
                        "dockerd --storage-opt"),
                passes("DMN-013", "other options are set", file("{'storage-opts':['overlay2.size=1G']}")),
                unknown("DMN-013", "nothing is given", nothing()),
                fails("DMN-015", "the driver is the default", file("{}"), "daemon.json#/log-driver"),
                fails("DMN-015", "the driver is empty", file("{'log-driver':''}"), "daemon.json#/log-driver"),
                fails(
                        "DMN-015",
                        "file and report say the same",
                        fileAndInfo("{'log-driver':'local'}", "{'LoggingDriver':'local'}"),
                        "daemon.json#/log-driver"),
                fails("DMN-015", "logs are thrown away", info("{'LoggingDriver':'none'}"), "info#/LoggingDriver"),
                fails(
                        "DMN-015",
                        "the running engine does not yet do what the file says",
                        fileAndInfo("{'log-driver':'syslog'}", "{'LoggingDriver':'local'}"),
                        "info#/LoggingDriver"),
                passes("DMN-015", "logs leave the host", file("{'log-driver':'fluentd'}")),
                unknown("DMN-015", "nothing is given", nothing()),
                fails("DMN-016", "there is no bound", file("{}"), "daemon.json#/log-opts"),
                fails(
                        "DMN-016",
                        "the bound is none",
                        file("{'log-opts':{'max-size':'-1'}}"),
                        "daemon.json#/log-opts/max-size"),
                fails(
                        "DMN-016",
                        "the running engine does not yet do what the file says",
                        fileAndInfo("{'log-driver':'json-file'}", "{'LoggingDriver':'local'}"),
                        "daemon.json#/log-opts"),
                passes("DMN-016", "there is a bound", flags("dockerd --log-opt max-size=10m")),
                passes("DMN-016", "the driver has a bound by itself", file("{'log-driver':'local'}")),
                unknown("DMN-016", "the options of the driver are not given", info(Engines.PLAIN_INFO)),
                unknown("DMN-016", "an option is no text", file("{'log-opts':{'max-size':10}}")),
                fails("DMN-017", "nothing forbids it", file("{}"), "daemon.json#/no-new-privileges"),
                passes("DMN-017", "the file forbids it", file("{'no-new-privileges':true}")),
                passes("DMN-017", "the report has it", info("{'SecurityOptions':['name=no-new-privileges']}")),
                unknown("DMN-017", "the report does not have it", info(Engines.PLAIN_INFO)),
                fails("DMN-018", "it is not set", file("{}"), "daemon.json#/live-restore"),
                fails("DMN-018", "it is reported off", info(Engines.PLAIN_INFO), "info#/LiveRestoreEnabled"),
                passes("DMN-018", "it is set", flags("dockerd --live-restore")),
                silent(
                        "DMN-018",
                        "the engine is in a swarm",
                        fileAndInfo("{}", "{'Swarm':{'LocalNodeState':'active'}}")),
                unknown("DMN-018", "nothing is given", nothing()),
                fails("DMN-021", "it is set", file("{'experimental':true}"), "daemon.json#/experimental"),
                fails("DMN-021", "it is reported", info("{'ExperimentalBuild':true}"), "info#/ExperimentalBuild"),
                passes("DMN-021", "it is not set", file("{}")),
                unknown("DMN-021", "nothing is given", nothing()),
                fails(
                        "DMN-032",
                        "a proxy has a password",
                        both(
                                "{'proxies':{'http-proxy':'http://u:p@x:1','https-proxy':'http://u@x','z':['u:p@x']}}",
                                "dockerd --https-proxy=http://u:p@x"),
                        "dockerd --https-proxy",
                        "daemon.json#/proxies/http-proxy",
                        "daemon.json#/proxies/z/0"),
                passes("DMN-032", "a proxy has none", file("{'proxies':{'http-proxy':'http://x:1/a@b'}}")),
                unknown("DMN-032", "nothing is given", nothing()),
                fails(
                        "DMN-033",
                        "the host's is the default",
                        file("{'default-cgroupns-mode':'host'}"),
                        "daemon.json#/default-cgroupns-mode"),
                passes("DMN-033", "it is not set", file("{}")),
                unknown("DMN-033", "nothing is given", nothing()),
                fails(
                        "DMN-035",
                        "keys are misspelt or stand twice",
                        file("{'iccc':false,'ICC':false,'proxies':{'httpProxy':'x'},'icc':true,'icc':false}"),
                        "daemon.json#/ICC",
                        "daemon.json#/icc",
                        "daemon.json#/iccc",
                        "daemon.json#/proxies/httpProxy"),
                passes(
                        "DMN-035",
                        "all keys are known",
                        file("{'icc':true,'bip':'10.0.0.1/24','features':{'x':true},'builder':{'gc':{}},'dns':[]}")),
                passes(
                        "DMN-035",
                        "keys of release 29",
                        file("{'min-api-version':'1.24','firewall-backend':'nftables','apparmor-profile':'/x'}")),
                passes("DMN-035", "there is no file", flags("dockerd")),
                unknown("DMN-035", "the file that a flag names is not given", flags("dockerd --config-file=/x")),
                fails(
                        "DMN-036",
                        "an option is in both",
                        both("{'icc':false,'hosts':['fd://'],'labels':[]}", "dockerd --icc=false -H fd:// --label a=b"),
                        "daemon.json#/hosts",
                        "daemon.json#/icc",
                        "daemon.json#/labels"),
                fails(
                        "DMN-036",
                        "the running engine does not do what the file says",
                        fileAndInfo("{'log-driver':'syslog'}", Engines.PLAIN_INFO),
                        "daemon.json#/log-driver"),
                passes(
                        "DMN-036",
                        "each option is in one",
                        both("{'icc':false,'runtimes':{}}", "dockerd --add-runtime a=b -D")),
                passes("DMN-036", "there is no file", flags("dockerd --icc=false")),
                unknown("DMN-036", "the command line is not given", file("{'icc':false}")),
                fails(
                        "DMN-037",
                        "another runtime is the default",
                        file("{'default-runtime':'custom'}"),
                        "daemon.json#/default-runtime"),
                fails(
                        "DMN-037",
                        "another runtime is reported",
                        info("{'DefaultRuntime':'nvidia'}"),
                        "info#/DefaultRuntime"),
                passes("DMN-037", "no runtime is set", file("{}")),
                passes("DMN-037", "the runtime is a sandbox", file("{'default-runtime':'kata-qemu'}")),
                passes("DMN-037", "the runtime is allowed", info("{'DefaultRuntime':'nvidia'}"))
                        .with("allowedRuntimes", List.of("runc", "nvidia")),
                unknown("DMN-037", "nothing is given", nothing()));
    }

    @Test
    void aPasswordIsNotInTheReport() throws MalformedSubjectException {
        List<Finding> findings = Engines.findings(
                file("{'proxies':{'http-proxy':'http://user:open-sesame@proxy.test:3128'}}"), "DMN-032", List.of());
        Evidence evidence = findings.get(0).problem().orElseThrow().evidence().get(0);
        assertTrue(evidence.redacted());
        assertEquals("http-proxy", evidence.name());
    }
}
