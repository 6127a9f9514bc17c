package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.engine.EngineSubject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Documents of containers, one member changed at a time. */
final class Containers {
    static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
    static final String IMAGE_ID = "sha256:" + "ab".repeat(32);
    static final String ABSENT = "";

    /** As Docker 26.1 writes them for a container that keeps to the rules. */
    private static final Map<String, String> HOST_CONFIG = members(
            "Binds:null",
            "LogConfig:{'Type':'local','Config':{}}",
            "NetworkMode:'back'",
            "PortBindings:{}",
            "RestartPolicy:{'Name':'no','MaximumRetryCount':0}",
            "VolumesFrom:null",
            "CapAdd:null",
            "CapDrop:['ALL']",
            "CgroupnsMode:'private'",
            "Dns:[]",
            "GroupAdd:null",
            "IpcMode:'private'",
            "Links:null",
            "OomScoreAdj:0",
            "PidMode:''",
            "Privileged:false",
            "PublishAllPorts:false",
            "ReadonlyRootfs:true",
            "SecurityOpt:['no-new-privileges']",
            "UTSMode:''",
            "UsernsMode:''",
            "Runtime:'runc'",
            "CpuShares:0",
            "Memory:67108864",
            "NanoCpus:500000000",
            "CgroupParent:''",
            "BlkioDeviceReadBps:[]",
            "CpuQuota:0",
            "CpusetCpus:''",
            "Devices:[]",
            "DeviceCgroupRules:null",
            "DeviceRequests:null",
            "MemorySwap:67108864",
            "OomKillDisable:null",
            "PidsLimit:100",
            "Ulimits:[{'Name':'nofile','Hard':2048,'Soft':1024}]",
            "MaskedPaths:['/proc/kcore','/proc/keys','/sys/firmware']",
            "ReadonlyPaths:['/proc/sys','/proc/sysrq-trigger']");

    private static final Map<String, String> CONFIG = members(
            "User:'1000:1000'",
            "Env:['PATH=/bin']",
            "Cmd:['serve']",
            "Healthcheck:{'Test':['CMD','true']}",
            "Image:'app:1.4'",
            "Entrypoint:['/bin/server']");
    private static final Map<String, String> TOP = members(
            "Id:'" + "cd".repeat(32) + "'",
            "Created:'2026-11-24T00:00:00Z'",
            "Path:'/bin/server'",
            "Args:['serve']",
            "State:{'Status':'running','Running':true,'FinishedAt':'0001-01-01T00:00:00Z'}",
            "Image:'" + IMAGE_ID + "'",
            "Name:'/app'",
            "ProcessLabel:''",
            "AppArmorProfile:'docker-default'",
            "Mounts:[]",
            "NetworkSettings:{'Ports':{},'Networks':{'back':{}}}");

    private Containers() {}

    private static Map<String, String> members(String... members) {
        Map<String, String> out = new LinkedHashMap<>();
        for (String member : members) {
            int colon = member.indexOf(':');
            out.put(member.substring(0, colon), member.substring(colon + 1));
        }
        return out;
    }

    /**
     * {@return the container with members of HostConfig changed, each {@code NAME:VALUE}, or {@code NAME:} for none}
     */
    static ContainerSubject host(String... members) {
        return read(document(List.of(members), List.of(), List.of()));
    }

    static ContainerSubject config(String... members) {
        return read(document(List.of(), List.of(members), List.of()));
    }

    static ContainerSubject top(String... members) {
        return read(document(List.of(), List.of(), List.of(members)));
    }

    static ContainerSubject good() {
        return host();
    }

    /** {@return the text of a container, in which a quote may be written as '} */
    static String document(List<String> hostConfig, List<String> config, List<String> top) {
        Map<String, String> members = changed(TOP, top);
        if (!top.contains("HostConfig:")) {
            members.put("HostConfig", object(changed(HOST_CONFIG, hostConfig)));
        }
        if (!top.contains("Config:")) {
            members.put("Config", object(changed(CONFIG, config)));
        }
        return object(members);
    }

    private static Map<String, String> changed(Map<String, String> members, List<String> changes) {
        Map<String, String> out = new LinkedHashMap<>(members);
        members(changes.toArray(String[]::new)).forEach((name, value) -> {
            if (value.equals(ABSENT)) {
                out.remove(name);
            } else {
                out.put(name, value);
            }
        });
        return out;
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "'" + member.getKey() + "':" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** {@return the container of a document, in which a quote may be written as '} */
    static ContainerSubject read(String document) {
        try {
            return ContainerReader.create()
                    .read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                    .get(0);
        } catch (MalformedSubjectException e) {
            throw new IllegalStateException(document, e);
        }
    }

    static EngineSubject engine(String daemonJson, String info) {
        try {
            return EngineSubject.builder("engine")
                    .daemonJson(daemonJson.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                    .info(info.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                    .build();
        } catch (MalformedSubjectException e) {
            throw new IllegalStateException(daemonJson + info, e);
        }
    }

    static AuditReport audit(ContainerSubject container) {
        return audit(container, Policy.defaults());
    }

    static AuditReport audit(ContainerSubject container, Policy policy) {
        return Auditor.of(policy.withProfile(Profile.STRICT), ContainerRules.ruleSet())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(container));
    }

    static Map<String, Outcome.Kind> verdicts(ContainerSubject container) {
        return audit(container).findings().stream()
                .collect(Collectors.toMap(
                        finding -> finding.rule().id().value(), finding -> finding.kind(), (one, other) -> one));
    }
}
