package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Engines for tests; documents are written with single quotes. */
final class Engines {
    /** What an engine with nothing set reports, in short. */
    static final String PLAIN_INFO = "{'Containers':10,'ContainersRunning':10,'Driver':'overlay2','Plugins':"
            + "{'Authorization':null},'MemoryLimit':true,'SwapLimit':true,'CpuCfsQuota':true,'CPUShares':true,"
            + "'PidsLimit':true,'Debug':false,'LoggingDriver':'json-file','CgroupVersion':'2','OSType':'linux',"
            + "'RegistryConfig':{'InsecureRegistryCIDRs':['127.0.0.0/8'],'IndexConfigs':{'docker.io':{'Name':'docker.io',"
            + "'Mirrors':[],'Secure':true,'Official':true}},'Mirrors':null},'ExperimentalBuild':false,"
            + "'ServerVersion':'26.1.5','DefaultRuntime':'runc','Swarm':{'LocalNodeState':'inactive'},"
            + "'LiveRestoreEnabled':false,'SecurityOptions':['name=seccomp,profile=builtin','name=cgroupns'],"
            + "'Warnings':null}";

    private Engines() {}

    static EngineSubject nothing() {
        return builder().build();
    }

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static EngineSubject.Builder builder() {
        return EngineSubject.builder("test");
    }

    static EngineSubject file(String daemonJson) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).build();
    }

    static EngineSubject flags(String commandLine) throws MalformedSubjectException {
        return builder().commandLine(commandLine).build();
    }

    static EngineSubject both(String daemonJson, String commandLine) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).commandLine(commandLine).build();
    }

    static EngineSubject info(String info) throws MalformedSubjectException {
        return builder().info(json(info)).build();
    }

    static EngineSubject fileAndInfo(String daemonJson, String info) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).info(json(info)).build();
    }

    static AuditReport audit(EngineSubject engine) {
        return Auditor.of(Policy.defaults().withProfile(Profile.STRICT), EngineRules.ruleSet())
                .withClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(engine));
    }

    /** {@return the verdict of each rule by its id; a rule that fails may have several findings} */
    static Map<String, String> verdicts(EngineSubject engine) {
        Map<String, String> verdicts = new TreeMap<>();
        for (Finding finding : audit(engine).findings()) {
            verdicts.put(finding.rule().id().value(), finding.kind().name());
        }
        return verdicts;
    }

    /** {@return what one rule says, in the order of a report} */
    static List<Finding> findings(EngineSubject engine, String rule, List<RuleSetting<?>> settings) {
        Rule<?> found = EngineRules.ruleSet().rule(new RuleId(rule)).orElseThrow();
        RuleContext context =
                RuleContext.at(Instant.parse("2026-01-01T00:00:00Z")).withSettings(settings);
        Rule<EngineSubject> bound =
                Rule.of(found.info(), EngineSubject.class, (subject, unset) -> evaluate(found, subject, context));
        return Auditor.of(Policy.defaults().withProfile(Profile.STRICT), new RuleSet("test", "1", List.of(bound)))
                .withClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(engine))
                .findings();
    }

    /** {@return what one rule says, as the rule says it} */
    static Outcome outcome(EngineSubject engine, String rule) {
        return evaluate(
                EngineRules.ruleSet().rule(new RuleId(rule)).orElseThrow(),
                engine,
                RuleContext.at(Instant.parse("2026-01-01T00:00:00Z")));
    }

    private static <S extends Subject> Outcome evaluate(Rule<S> rule, Subject subject, RuleContext context) {
        return rule.evaluate(rule.subjectType().cast(subject), context);
    }
}
