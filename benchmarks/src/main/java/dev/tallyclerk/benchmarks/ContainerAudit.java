package dev.tallyclerk.benchmarks;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads container documents, audits each with every rule and writes its report, on one thread. Measures documents a
 * second of CPU time, and whether memory grows with their number.
 *
 * <p>Arguments: none, or a folder for the table, and a name for its file.
 */
public final class ContainerAudit {
    private static final int DOCUMENTS = 10_000;
    private static final int ROUNDS = 5;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Auditor AUDITOR = Auditor.of(
                    Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet())
            .withClock(Clock.fixed(NOW, ZoneOffset.UTC));

    /** The fields of {@code docker inspect} that rules read, for a container with a port and three mounts. */
    private static final String DOCUMENT =
            ("[{'Id':'%1$064x','Created':'2026-01-01T00:00:00Z','Path':'/bin/server','Args':[],"
                            + "'State':{'Status':'running','Running':true,'Pid':%1$d,'FinishedAt':'0001-01-01T00:00:00Z'},"
                            + "'Image':'sha256:%1$064x','Name':'/web-%1$d','Driver':'overlay2','Platform':'linux','MountLabel':'',"
                            + "'ProcessLabel':'','AppArmorProfile':'docker-default','ExecIDs':null,'HostConfig':{"
                            + "'Binds':['/srv/%1$d:/data','/etc/ssl:/etc/ssl:ro'],'LogConfig':{'Type':'json-file','Config':{}},"
                            + "'NetworkMode':'bridge','PortBindings':{'80/tcp':[{'HostIp':'','HostPort':'80'}]},"
                            + "'RestartPolicy':{'Name':'always','MaximumRetryCount':0},'VolumesFrom':null,'CapAdd':['NET_ADMIN'],"
                            + "'CapDrop':null,'CgroupnsMode':'private','Dns':[],'GroupAdd':null,'IpcMode':'private','Links':null,"
                            + "'OomScoreAdj':0,'PidMode':'','Privileged':false,'PublishAllPorts':false,'ReadonlyRootfs':false,"
                            + "'SecurityOpt':null,'UTSMode':'','UsernsMode':'','Runtime':'runc','CpuShares':0,'Memory':67108864,"
                            + "'NanoCpus':0,'CgroupParent':'','CpuQuota':0,'CpusetCpus':'','Devices':[],'DeviceCgroupRules':null,"
                            + "'DeviceRequests':null,'MemorySwap':-1,'OomKillDisable':null,'PidsLimit':null,'Ulimits':[],"
                            + "'MaskedPaths':['/proc/asound','/proc/acpi','/proc/kcore','/proc/keys','/proc/latency_stats',"
                            + "'/proc/timer_list','/proc/sched_debug','/proc/scsi','/sys/firmware'],"
                            + "'ReadonlyPaths':['/proc/bus','/proc/fs','/proc/irq','/proc/sys','/proc/sysrq-trigger']},"
                            + "'Mounts':[{'Type':'bind','Source':'/srv/%1$d','Destination':'/data','Mode':'','RW':true,"
                            + "'Propagation':'rprivate'},{'Type':'bind','Source':'/etc/ssl','Destination':'/etc/ssl','Mode':'ro',"
                            + "'RW':false,'Propagation':'rprivate'},{'Type':'volume','Name':'v','Source':'/var/lib/docker/volumes/v',"
                            + "'Destination':'/v','Driver':'local','Mode':'z','RW':true,'Propagation':''}],"
                            + "'Config':{'User':'','Env':['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin','APP_ENV=prod',"
                            + "'DB_PASSWORD=example-%1$d'],'Cmd':['serve'],'Image':'web:1.27','Entrypoint':['/bin/server'],"
                            + "'Labels':{'org.opencontainers.image.source':'https://example.test/app'}},"
                            + "'NetworkSettings':{'Ports':{'80/tcp':[{'HostIp':'0.0.0.0','HostPort':'80'},"
                            + "{'HostIp':'::','HostPort':'80'}]},'Networks':{'bridge':{'IPAddress':'172.17.0.2'}}}}]")
                    .replace('\'', '"');

    private ContainerAudit() {}

    /** Runs the audits and prints, or writes, the table. */
    public static void main(String[] args) throws IOException, MalformedSubjectException {
        Comparison comparison = new Comparison();
        run(comparison);
        comparison.report(args);
    }

    private static void run(Comparison comparison) throws IOException, MalformedSubjectException {
        comparison.section("Documents of containers, read, judged by every rule and reported, in one thread");
        double[] rates = new double[ROUNDS];
        long few = 0;
        long many = 0;
        run(DOCUMENTS / 5);
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuTime();
            few = run(DOCUMENTS / 10);
            many = run(DOCUMENTS - DOCUMENTS / 10);
            rates[round] = DOCUMENTS * 1e9 / (cpuTime() - start);
        }
        Arrays.sort(rates);
        comparison.fact("rules", String.valueOf(ContainerRules.ruleSet().rules().size()));
        comparison.fact("bytes a document", String.valueOf(document(1).length));
        comparison.fact(
                "documents a second of CPU time, median of " + ROUNDS,
                format("%,.0f (%,.0f - %,.0f)", rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1]));
        comparison.fact("CPU time of one", Tables.time(1e9 / rates[ROUNDS / 2]));
        comparison.fact(format("live heap after %,d documents", DOCUMENTS / 10), format("%,d KiB", few >> 10));
        comparison.fact(format("live heap after %,d documents", DOCUMENTS), format("%,d KiB", many >> 10));
    }

    /** Audits that many documents and returns the live heap, in bytes. */
    private static long run(int documents) throws IOException, MalformedSubjectException {
        for (int i = 0; i < documents; i++) {
            for (ContainerSubject container : ContainerReader.create().read(document(i))) {
                JsonLinesReporter.create().write(AUDITOR.audit(List.of(container)), OutputStream.nullOutputStream());
            }
        }
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static byte[] document(int number) {
        return String.format(Locale.ROOT, DOCUMENT, number).getBytes(StandardCharsets.UTF_8);
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
