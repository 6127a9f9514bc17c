package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.ContainerCase.fails;
import static dev.tallyclerk.hardening.container.ContainerCase.passes;
import static dev.tallyclerk.hardening.container.ContainerCase.silent;
import static dev.tallyclerk.hardening.container.ContainerCase.unknown;
import static dev.tallyclerk.hardening.container.Containers.good;
import static dev.tallyclerk.hardening.container.Containers.host;
import static dev.tallyclerk.hardening.container.Containers.top;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mounts, file systems and devices. */
class HostAccessCasesTest {
    private static ContainerSubject bind(String source) {
        return mount("'Type':'bind','Source':'" + source + "','Destination':'/x','RW':false,'Propagation':'rprivate'");
    }

    private static ContainerSubject mount(String members) {
        return top("Mounts:[{" + members + "}]");
    }

    private static ContainerSubject writable(String source) {
        return mount("'Type':'bind','Source':'" + source + "','Destination':'/x','RW':true,'Propagation':''");
    }

    static Stream<ContainerCase> cases() {
        return Stream.of(sockets(), paths(), volumes(), mounts(), tmpfs(), changes(), devices())
                .flatMap(cases -> cases);
    }

    private static Stream<ContainerCase> sockets() {
        List<ContainerCase> cases = new ArrayList<>();
        for (String socket : List.of(
                "/var/run/docker.sock",
                "/run/../run//docker.sock",
                "/run/containerd/containerd.sock",
                "/run/user/1000/podman/podman.sock")) {
            cases.add(fails("RUN-002", socket, bind(socket), "/Mounts/0"));
        }
        cases.add(fails("RUN-002", "asked for only", host("Binds:['/run/docker.sock:/a:ro']"), "/HostConfig/Binds/0"));
        cases.add(fails(
                "RUN-002",
                "asked for as a mount",
                host("Mounts:[{'Type':'bind','Source':'/run/docker.sock','Target':'/a'}]"),
                "/HostConfig/Mounts/0"));
        String pipe = "\\\\\\\\.\\\\pipe\\\\docker_engine";
        cases.add(fails("RUN-002", "the pipe of Windows", host("Binds:['" + pipe + ':' + pipe + "']")));
        String capitals = pipe.replace("docker_engine", "DOCKER_ENGINE");
        cases.add(fails("RUN-002", "the pipe in capitals", host("Binds:['" + capitals + ':' + pipe + "']")));
        cases.add(fails("RUN-002", "the same in slashes", host("Binds:['//./pipe/docker_engine:/a']")));
        cases.add(fails(
                "RUN-002",
                "at the usual path",
                host("Binds:['/srv/engine/api:/var/run/docker.sock']"),
                "/HostConfig/Binds/0"));
        cases.add(fails(
                "RUN-002",
                "at the usual path, listed",
                mount("'Type':'bind','Source':'/srv/api','Destination':'/run/containerd/containerd.sock','RW':true"),
                "/Mounts/0"));
        cases.add(passes("RUN-002", "at another path", host("Binds:['/srv/engine/api:/run/api.sock']")));
        String device = "Mounts:[{'Type':'volume','Target':'/a','VolumeOptions':{'DriverConfig':{'Name':'%s',"
                + "'Options':{'type':'none','o':'%s','device':'%s'}}}}]";
        cases.add(fails(
                "RUN-002",
                "a volume that is the socket",
                host(String.format(device, "local", "ro,bind", "/var/run/docker.sock")),
                "/HostConfig/Mounts/0"));
        cases.add(fails("RUN-003", "a volume that is the root", host(String.format(device, "", "rbind", "/"))));
        cases.add(passes("RUN-003", "of another driver", host(String.format(device, "nfs", "bind", "/"))));
        cases.add(unknown("RUN-003", "no bind", host(String.format(device, "local", "uid=0", "/"))));
        cases.add(fails("RUN-023", "a volume that is /etc", host(String.format(device, "local", "bind", "/etc"))));
        cases.addAll(namedVolumes());
        cases.add(passes("RUN-002", "another socket", bind("/run/app.sock")));
        cases.add(passes(
                "RUN-002",
                "a volume of that name",
                mount("'Type':'volume','Name':'docker.sock','Source':'/v/docker.sock','Destination':'/x','RW':true")));
        cases.add(unknown("RUN-002", "no key Mounts", top("Mounts:")));
        cases.add(unknown("RUN-002", "no source", mount("'Type':'bind','Destination':'/x','RW':true")));
        for (String folder : List.of(
                "/",
                "/run",
                "/var/run/",
                "/var",
                "/run/docker",
                "/run/containerd",
                "/run/k3s/containerd",
                "/run/buildkit",
                "/run/user/1000",
                "/run/user/1000/podman")) {
            cases.add(fails("RUN-003", folder, bind(folder)));
        }
        for (String other : List.of("/run/lock", "/var/lib", "/home", "/run/docker.sock", "/run/user/1000/bus")) {
            cases.add(passes("RUN-003", other, bind(other)));
        }
        cases.add(unknown("RUN-003", "no key Mounts", top("Mounts:")));
        cases.addAll(socketsOfTheEngine());
        return cases.stream();
    }

    private static List<ContainerCase> namedVolumes() {
        ContainerSubject described = mount("'Type':'volume','Name':'v','Source':'/var/lib/docker/volumes/v/_data',"
                + "'Destination':'/x','Driver':'local','RW':true");
        ContainerSubject request = host("Binds:['v:/x:ro']");
        return List.of(
                fails(
                        "RUN-002",
                        "a volume that is the socket",
                        described.withVolumes(volume("/run/docker.sock")),
                        "/Mounts/0"),
                fails("RUN-024", "a volume that is /etc", described.withVolumes(volume("/etc")), "/Mounts/0"),
                fails("RUN-024", "asked for", request.withVolumes(volume("/etc")), "/HostConfig/Binds/0"),
                fails("RUN-023", "writable", described.withVolumes(volume("/srv/x"))),
                passes("RUN-023", "read-only", request.withVolumes(volume("/srv/x"))),
                passes("RUN-024", "a volume of the engine", described.withVolumes(volume(""))),
                passes("RUN-024", "no list of volumes", described),
                unknown("RUN-024", "an unread list of volumes", described.withUnreadVolumes("403")),
                passes("RUN-024", "an unread list, and no volume", bind("/srv").withUnreadVolumes("403")));
    }

    private static List<LocalVolume> volume(String device) {
        return List.of(new LocalVolume(
                "v",
                "local",
                "/var/lib/docker/volumes/v/_data",
                device.isEmpty() ? Map.of() : Map.of("type", "none", "o", "bind", "device", device)));
    }

    private static ContainerSubject under(String daemonJson, ContainerSubject container) {
        return container.withEngine(Containers.engine(daemonJson, "{}"));
    }

    private static List<ContainerCase> socketsOfTheEngine() {
        String engine = "{'hosts':['unix:///srv/ctl/engine.sock','npipe:////./pipe/ctl','fd://','tcp://127.0.0.1:1']}";
        String pipe = "\\\\\\\\.\\\\pipe\\\\CTL";
        return List.of(
                fails("RUN-002", "where the engine listens", under(engine, bind("/srv/x/../ctl/engine.sock"))),
                fails(
                        "RUN-002",
                        "asked for",
                        under(engine, host("Binds:['/srv/ctl/engine.sock:/s']")),
                        "/HostConfig/Binds/0"),
                fails("RUN-002", "a pipe of the engine", under(engine, host("Binds:['" + pipe + ":" + pipe + "']"))),
                passes("RUN-002", "beside it", under(engine, bind("/srv/ctl/engine.sock2"))),
                passes("RUN-002", "where another engine listens", under("{}", bind("/srv/ctl/engine.sock"))),
                fails("RUN-003", "its folder", under(engine, bind("/srv/ctl"))),
                fails("RUN-003", "above it", under(engine, bind("/srv"))),
                passes("RUN-003", "another folder", under(engine, bind("/srv/data"))));
    }

    private static Stream<ContainerCase> paths() {
        List<ContainerCase> cases = new ArrayList<>();
        for (String path : List.of(
                "/",
                "/etc",
                "/etc/ssl",
                "/var/lib",
                "/dev/shm/",
                "/a/../proc",
                "/lib/modules",
                "/bin",
                "/sbin/init",
                "/lib32",
                "/libx32",
                "/var/spool/cron/crontabs",
                "/var/lib/containers/storage",
                "/var/lib/kubelet",
                "/var/lib/kubelet/pki",
                "/var/lib/kubelet/pods/f81d4fae",
                "/var/lib/rancher/k3s",
                "/run/systemd/private",
                "/var/run/dbus/system_bus_socket",
                "C:/Windows/System32",
                "/C/Windows",
                "//c/windows/system32",
                "/run/desktop/mnt/host/c/Windows",
                "/run/desktop/mnt/host/c",
                "/run/desktop/mnt/host",
                "/run/desktop",
                "/host_mnt/c/ProgramData/docker",
                "/host_mnt/etc/ssl",
                "/host_mnt/run/../C/windows/",
                "/host_mnt",
                "c:\\\\",
                "\\\\\\\\?\\\\C:\\\\WINDOWS")) {
            cases.add(fails("RUN-024", path, bind(path), "/Mounts/0"));
        }
        for (String path : List.of(
                "/etcetera",
                "/home/a",
                "/var/lib/app",
                "/srv/etc",
                "/opt",
                "/run/systemd/notify",
                "/c:/windowsill",
                "/var/lib/kubelet/pods/f81d4fae/etc-hosts",
                "/var/lib/kubelet/pods/f81d4fae/volumes/kubernetes.io~projected/token",
                "/var/lib/rancher/k3s/storage/pvc-1",
                "/C/Users/me/app",
                "/c",
                "/d/Windows",
                "/run/desktop/mnt/host/c/Users/me/app",
                "/run/desktop/mnt/host/d",
                "/run/desktop/mnt/hosts/etc",
                "/host_mnt/c/Users/me/app",
                "/host_mnt/Users/me/app",
                "D:/Windows")) {
            cases.add(passes("RUN-024", path, bind(path)));
        }
        String hash = "/run/desktop/mnt/host/wsl/docker-desktop-bind-mounts/Ubuntu/" + "ab".repeat(32);
        cases.add(unknown("RUN-024", "a hash of a path in WSL", bind(hash)));
        cases.add(unknown("RUN-024", "the same in the distribution", bind("/mnt" + hash.substring(21))));
        for (String path : List.of("/etc/localtime", "/etc/../etc/timezone", "/usr/share/zoneinfo/Etc/UTC")) {
            cases.add(passes("RUN-024", path + " read-only", bind(path)));
            cases.add(fails("RUN-024", path + " writable", writable(path), "/Mounts/0"));
        }
        cases.add(fails("RUN-024", "a file beside those", bind("/etc/ssl/private")));
        cases.add(fails("RUN-024", "a folder with one of those", bind("/usr/share")));
        cases.add(passes("RUN-024", "one of the policy", bind("/dev/log")).with("allowedSources", List.of("/dev/log")));
        cases.add(fails("RUN-024", "none in the policy", bind("/etc/localtime")).with("allowedSources", List.of()));
        cases.addAll(dataRoots());
        cases.add(passes(
                "RUN-024",
                "a volume",
                mount("'Type':'volume','Name':'v','Source':'/var/lib/docker/volumes/v/_data','Destination':'/etc'")));
        for (String bind : List.of(
                "C:/Windows:/data",
                "c:/windows:/data:ro",
                "C:/:/data",
                "C:/Windows:C:/data",
                "C:/Windows:C:\\\\data:ro",
                "C:\\\\Windows:C:/data")) {
            cases.add(fails("RUN-024", bind, host("Binds:['" + bind + "']"), "/HostConfig/Binds/0"));
        }
        for (String bind : List.of("C:/opt:/opt:ro", "D:/Windows:/data", "c:/windows", "c:/windows:ro", "cc:/etc:/x")) {
            cases.add(passes("RUN-024", bind, host("Binds:['" + bind + "']")));
        }
        cases.add(fails("RUN-023", "a folder of a drive", host("Binds:['D:/app:/app']"), "/HostConfig/Binds/0"));
        cases.add(passes("RUN-023", "a volume of one letter", host("Binds:['v:/data:rw']")));
        cases.add(unknown("RUN-024", "no key Mounts", top("Mounts:")));
        cases.add(unknown("RUN-024", "mounts are no list", top("Mounts:{}")));
        cases.add(fails(
                "RUN-024",
                "as engines before 1.8 list it",
                Containers.read("{'ID':'a','Volumes':{'/x':'/etc'},'VolumesRW':{'/x':false},'HostConfig':{}}"),
                "/Volumes/~1x"));
        cases.add(passes(
                "RUN-024",
                "a volume of an engine before 1.8",
                Containers.read("{'ID':'a','Volumes':{'/x':'/var/lib/docker/vfs/dir/0'},'VolumesRW':{'/x':true}}")));
        return cases.stream();
    }

    private static List<ContainerCase> dataRoots() {
        String rootless = "/home/u/.local/share/docker";
        ContainerSubject inside = bind(rootless + "/volumes/v/_data");
        return List.of(
                passes("RUN-024", "no engine with its data there", inside),
                fails("RUN-024", "as the engine reports it", reporting(rootless, inside), "/Mounts/0"),
                fails("RUN-024", "above the engine's data", reporting(rootless, bind("/home"))),
                passes("RUN-024", "beside the engine's data", reporting(rootless, bind("/home/u/.local/share/app"))),
                fails("RUN-024", "as it is configured", under("{'data-root':'/srv/docker'}", bind("/srv/docker"))),
                fails("RUN-024", "of Windows", reporting("D:\\\\Docker", bind("d:/docker/volumes"))),
                passes("RUN-024", "nothing said", reporting("", bind("/srv"))));
    }

    private static ContainerSubject reporting(String dataRoot, ContainerSubject container) {
        return container.withEngine(Containers.engine("{}", "{'DockerRootDir':'" + dataRoot + "'}"));
    }

    private static ContainerSubject volume(String type, String o, String device) {
        return Containers.read("{'Image':'a:1','HostConfig':{'Mounts':[{'Type':'volume','Target':'/x','VolumeOptions':"
                + "{'DriverConfig':{'Options':{'type':'" + type + "','o':'" + o + "','device':'" + device + "'}}}}]}}");
    }

    private static Stream<ContainerCase> volumes() {
        return Stream.of(
                fails("RUN-024", "a disk", volume("ext4", "", "/dev/sda1"), "/HostConfig/Mounts/0"),
                fails("RUN-023", "a writable disk", volume("ext4", "", "/dev/sda1")),
                passes("RUN-023", "a disk that is read only", volume("ext4", "noatime,ro", "/dev/sda1")),
                fails("RUN-024", "what the kernel shows", volume("devtmpfs", "", "x")),
                fails("RUN-024", "what the kernel takes programs from", volume("binfmt_misc", "", "binfmt_misc")),
                unknown("RUN-024", "what a kernel of tomorrow shows", volume("newfs", "", "newfs")),
                fails("RUN-024", "one more lower folder", volume("overlay", "lowerdir+=/etc", "o")),
                unknown("RUN-024", "a folder that is escaped", volume("overlay", "lowerdir=/\\\\etc:/x", "o")),
                unknown("RUN-024", "an overlay of nothing that is seen", volume("overlay", "x=/etc", "o")),
                fails(
                        "RUN-024",
                        "the lower folder",
                        volume("overlay", "lowerdir=/srv:/etc,upperdir=/a,workdir=/b", "o")),
                fails("RUN-003", "the upper folder", volume("overlay", "lowerdir=/srv,upperdir=/run,workdir=/b", "o")),
                fails(
                        "RUN-023",
                        "the folders that an overlay writes to",
                        volume("overlay", "lowerdir=/srv,upperdir=/a,workdir=/b", "o"),
                        "/HostConfig/Mounts/0",
                        "/HostConfig/Mounts/0"),
                passes("RUN-024", "folders of nobody", volume("overlay", "lowerdir=/srv,upperdir=/a,workdir=/b", "o")),
                unknown("RUN-024", "a file with a file system", volume("ext4", "loop", "/srv/disk.img")),
                unknown("RUN-002", "a type that is not known", volume("new", "", "/srv/x")),
                passes("RUN-024", "another machine", volume("nfs", "addr=10.0.0.1", ":/export")),
                passes("RUN-024", "a share of another machine", volume("cifs", "", "//host/share")),
                passes("RUN-024", "memory", volume("tmpfs", "size=1m", "tmpfs")),
                fails(
                        "RUN-024",
                        "two mounts at one place",
                        Containers.read("{'Image':'a:1','HostConfig':{'Binds':['/etc:/x:ro','/srv:/x:ro']}}"),
                        "/HostConfig/Binds/0"),
                fails("RUN-024", "an overlay of Podman", created("'-v','/etc:/x:O'"), "/Config/CreateCommand/3"),
                fails("RUN-024", "the same in one word", created("'--volume=/etc:/x:z,O'")),
                fails("RUN-024", "among other options", created("'-itv','/etc:/x:O,upperdir=/a'")),
                passes("RUN-023", "the folder stays", created("'-v','/etc:/x:O'")),
                passes("RUN-024", "a usual mount is listed", created("'-v','/etc:/x:ro'")),
                passes("RUN-024", "a volume", created("'-v','data:/x:O'")));
    }

    private static ContainerSubject created(String words) {
        return Containers.read("{'Id':'a','ImageName':'a:1','BoundingCaps':[],'Mounts':[],'HostConfig':{'Binds':[]},"
                + "'Config':{'CreateCommand':['podman','run'," + words + ",'a:1']}}");
    }

    private static Stream<ContainerCase> mounts() {
        return Stream.of(
                fails("RUN-023", "writable", writable("/srv"), "/Mounts/0"),
                passes("RUN-023", "read-only", bind("/srv")),
                passes("RUN-023", "allowed", writable("/srv/app")).with("writableSources", List.of("/srv")),
                fails("RUN-023", "beside what is allowed", writable("/srv2")).with("writableSources", List.of("/srv")),
                passes("RUN-023", "allowed on a drive", writable("/run/desktop/mnt/host/c/Work/app"))
                        .with("writableSources", List.of("C:/work")),
                passes("RUN-023", "allowed with backslashes", writable("C:\\\\Work\\\\app"))
                        .with("writableSources", List.of("c:\\work")),
                passes("RUN-023", "allowed on a Mac", writable("/host_mnt/Users/me/app"))
                        .with("writableSources", List.of("/Users/me")),
                passes("RUN-023", "allowed where Docker Desktop has it", writable("/host_mnt/Users/me/app"))
                        .with("writableSources", List.of("/host_mnt/Users")),
                fails("RUN-023", "of the host, where /run is allowed", writable("/run/desktop/mnt/host/c/Work"))
                        .with("writableSources", List.of("/run")),
                fails("RUN-023", "in other case on Linux", writable("/d/Work"))
                        .with("writableSources", List.of("/d/work")),
                unknown("RUN-023", "no key RW", mount("'Type':'bind','Source':'/srv','Destination':'/x'")),
                unknown("RUN-023", "no key Mounts", top("Mounts:")),
                fails(
                        "RUN-025",
                        "shared",
                        mount("'Type':'bind','Source':'/a','Destination':'/x','RW':true,'Propagation':'rshared'")),
                fails("RUN-025", "shared by option", host("Binds:['/a:/x:ro,shared']"), "/HostConfig/Binds/0"),
                fails(
                        "RUN-025",
                        "shared by request",
                        host(
                                "Mounts:[{'Type':'bind','Source':'/a','Target':'/x','BindOptions':{'Propagation':'shared'}}]")),
                passes("RUN-025", "private", bind("/a")),
                unknown("RUN-025", "no key", mount("'Type':'bind','Source':'/a','Destination':'/x','RW':true")),
                unknown("RUN-025", "no key Mounts", top("Mounts:")));
    }

    private static Stream<ContainerCase> tmpfs() {
        return Stream.of(
                fails("RUN-022", "exec", host("Tmpfs:{'/tmp':'rw,exec,size=1m'}"), "/HostConfig/Tmpfs/~1tmp"),
                fails(
                        "RUN-022",
                        "suid by request",
                        host("Mounts:[{'Type':'tmpfs','Target':'/t','TmpfsOptions':{'Options':[['suid']]}}]")),
                passes("RUN-022", "careful", host("Tmpfs:{'/tmp':'rw,noexec,nosuid,nodev'}")),
                passes("RUN-022", "the engine adds what is careful", host("Tmpfs:{'/tmp':''}")),
                fails(
                        "RUN-022",
                        "as Podman writes its own default",
                        podman("'/t':'rw,rprivate,nosuid,nodev,tmpcopyup'"),
                        "/HostConfig/Tmpfs/~1t"),
                passes("RUN-022", "as Podman writes it", podman("'/t':'rw,noexec,nosuid,nodev'")),
                passes("RUN-022", "by request", host("Mounts:[{'Type':'tmpfs','Target':'/t'}]")),
                silent("RUN-022", "none", good()),
                unknown("RUN-022", "not readable", host("Tmpfs:['/tmp']")),
                fails("RUN-021", "writable", host("ReadonlyRootfs:false"), "/HostConfig/ReadonlyRootfs"),
                passes("RUN-021", "read-only", good()),
                unknown("RUN-021", "no key", host("ReadonlyRootfs:")));
    }

    private static ContainerSubject podman(String tmpfs) {
        return Containers.read(Containers.document(
                List.of("Tmpfs:{" + tmpfs + "}"), List.of(), List.of("ImageName:'app'", "OCIRuntime:'crun'")));
    }

    private static Stream<ContainerCase> changes() {
        ContainerSubject writable = host("ReadonlyRootfs:false");
        return Stream.of(
                fails("RUN-055", "a program", writable.withChanges(List.of(added("/usr/bin/x"))), "diff"),
                fails("RUN-055", "an account", writable.withChanges(List.of(added("/etc/passwd")))),
                fails("RUN-055", "a job", writable.withChanges(List.of(added("/etc/cron.d/x")))),
                fails("RUN-055", "a user's job", writable.withChanges(List.of(added("/var/spool/cron/crontabs/root")))),
                passes("RUN-055", "data", writable.withChanges(List.of(added("/var/lib/x"), added("/etc/hosts")))),
                passes(
                        "RUN-055",
                        "deleted",
                        writable.withChanges(
                                List.of(new ContainerFileChange(ContainerFileChange.Kind.DELETED, "/usr/bin/x")))),
                silent("RUN-055", "read-only", good()),
                unknown("RUN-055", "not given", writable));
    }

    private static ContainerFileChange added(String path) {
        return new ContainerFileChange(ContainerFileChange.Kind.ADDED, path);
    }

    private static Stream<ContainerCase> devices() {
        return Stream.of(
                fails("RUN-026", "a device", host("Devices:[{'PathOnHost':'/dev/ttyUSB0'}]"), "/HostConfig/Devices/0"),
                passes("RUN-026", "none", good()),
                passes("RUN-026", "null", host("Devices:null")),
                unknown("RUN-026", "no key", host("Devices:")),
                fails(
                        "RUN-026",
                        "a rule for a disk",
                        host("DeviceCgroupRules:['c 1:3 rwm','b 8:0 rwm']"),
                        "/HostConfig/DeviceCgroupRules/1"),
                fails("RUN-026", "a rule for the kernel's memory", host("DeviceCgroupRules:['c 01:01 r']")),
                passes("RUN-026", "a rule for what all may use", host("DeviceCgroupRules:['c 1:3 rwm','c 5:2 rw']")),
                passes("RUN-026", "a class, for which RUN-027 is there", host("DeviceCgroupRules:['c 188:* rmw']")),
                passes("RUN-026", "engine too old for rules", host(OLD)),
                unknown("RUN-026", "no key of rules", host("DeviceCgroupRules:")),
                unknown("RUN-026", "no rule", host("DeviceCgroupRules:['b']")),
                fails(
                        "RUN-027",
                        "any minor number",
                        host("DeviceCgroupRules:['c 1:3 r','c 188:* rmw']"),
                        "/HostConfig/DeviceCgroupRules/1"),
                fails("RUN-027", "all", host("DeviceCgroupRules:['a']")),
                passes("RUN-027", "one device", host("DeviceCgroupRules:['c 188:0 rw']")),
                unknown("RUN-027", "no rule", host("DeviceCgroupRules:['c']")),
                unknown("RUN-027", "key taken away", host("DeviceCgroupRules:")),
                passes("RUN-027", "engine too old for it", host(OLD)),
                fails(
                        "RUN-028",
                        "a request",
                        host("DeviceRequests:[{'Driver':'nvidia'}]"),
                        "/HostConfig/DeviceRequests/0"),
                fails(
                        "RUN-026",
                        "a device by its name",
                        host("DeviceRequests:[{'Driver':'nvidia'},{'Driver':'cdi','DeviceIDs':['a.test/tty=0']}]"),
                        "/HostConfig/DeviceRequests/1"),
                passes("RUN-026", "a request of a driver", host("DeviceRequests:[{'Driver':'','Count':-1}]")),
                unknown("RUN-026", "no key of requests", host("DeviceRequests:")),
                unknown("RUN-026", "no request", host("DeviceRequests:[7]")),
                passes(
                        "RUN-026",
                        "Podman has no requests",
                        Containers.read(
                                "{'Id':'a','ImageName':'a:1','HostConfig':{'Devices':[],'DeviceCgroupRules':[]}}")),
                passes("RUN-028", "none", good()),
                unknown("RUN-028", "key taken away", host("DeviceRequests:")),
                passes("RUN-028", "engine too old for it", host(OLD)));
    }

    private static final String[] OLD = {
        "DeviceCgroupRules:", "DeviceRequests:", "CgroupnsMode:", "MaskedPaths:", "ReadonlyPaths:"
    };

    @ParameterizedTest
    @MethodSource("cases")
    void decides(ContainerCase each) {
        each.check();
    }

    private static Severity severity(String rule, ContainerSubject container) {
        Outcome.Fail fail = (Outcome.Fail) fails(rule, "severity", container).outcome();
        return fail.problems().get(0).severity().orElse(Severity.INFO);
    }

    /** {@return the problems of a container with so many changed programs, and one more} */
    private static List<Problem> changed(int programs, String last) {
        List<ContainerFileChange> changes = new ArrayList<>();
        IntStream.range(0, programs).forEach(i -> changes.add(added("/usr/bin/x" + i)));
        changes.add(0, added(last));
        return ((Outcome.Fail)
                        fails("RUN-055", "many", host("ReadonlyRootfs:false").withChanges(changes))
                                .outcome())
                .problems();
    }

    @Test
    void showsTwentyChangedFilesAndSumsUpTheRest() {
        assertEquals(20, changed(19, "/usr/bin/y").size());
        List<Problem> many = changed(25, "/usr/bin/y");
        assertEquals(21, many.size());
        assertEquals("6 more files were added or changed", many.get(20).message());
    }

    @Test
    void oneMoreAmongTheRestIsAnotherProblem() {
        List<Evidence> before = changed(25, "/usr/bin/y").get(20).evidence();
        assertEquals(before, changed(25, "/usr/bin/y").get(20).evidence());
        assertNotEquals(before, changed(25, "/usr/bin/z").get(20).evidence());
        assertNotEquals(before, changed(26, "/usr/bin/y").get(20).evidence());
    }

    @Test
    void findsAReadOnlyMountLessBadThanAWritableOne() {
        assertEquals(Severity.MEDIUM, severity("RUN-024", bind("/etc")));
        assertEquals(Severity.CRITICAL, severity("RUN-024", writable("/etc")));
        assertEquals(Severity.INFO, severity("RUN-024", writable("/etc/nginx")), "the rule's own");
    }

    @Test
    void findsADiskWorseThanASerialPortThatIsOnlyRead() {
        assertEquals(
                Severity.HIGH,
                severity("RUN-026", host("Devices:[{'PathOnHost':'/dev/sda','CgroupPermissions':'r'}]")));
        assertEquals(
                Severity.INFO,
                severity("RUN-026", host("Devices:[{'PathOnHost':'/dev/ttyS0','CgroupPermissions':'r'}]")));
    }

    @Test
    void saysWhichDevicesAreRequested() {
        ContainerSubject container = host("DeviceRequests:[{'Driver':'cdi','DeviceIDs':['a.test/x=0','a.test/x=1']}]");
        List<Evidence> shown =
                List.of(Evidence.of("Driver", "cdi"), Evidence.of("DeviceIDs", "a.test/x=0, a.test/x=1"));
        for (String rule : List.of("RUN-026", "RUN-028")) {
            Outcome.Fail fail =
                    (Outcome.Fail) fails(rule, "requests", container).outcome();
            assertEquals(shown, fail.problems().get(0).evidence(), rule);
            assertEquals(Severity.INFO, severity(rule, container), "the rule's own");
        }
    }

    @Test
    void podmanForbidsNothingWithoutPermissions() {
        String device = "'Devices':[{'PathOnHost':'/dev/ttyS0','CgroupPermissions':''}]";
        assertEquals(
                Severity.HIGH,
                severity("RUN-026", Containers.read("{'Id':'a','ImageName':'a:1','HostConfig':{" + device + "}}")));
        assertEquals(
                Severity.INFO,
                severity("RUN-026", Containers.read("{'Image':'a:1','HostConfig':{" + device + "}}")),
                "Docker");
    }

    @Test
    void findsARuleForADiskWorseThanOneForASerialPortThatIsOnlyRead() {
        for (String rule : List.of("b 8:0 r", "c 1:1 r", "c 1:2 r", "c 1:4 r", "c 1:11 r", "c 0188:0 w")) {
            assertEquals(Severity.HIGH, severity("RUN-026", host("DeviceCgroupRules:['" + rule + "']")), rule);
        }
        assertEquals(Severity.INFO, severity("RUN-026", host("DeviceCgroupRules:['c 188:0 rm']")));
    }

    @Test
    void devicesThatAreNotKnownMayBeDisks() {
        for (String devices : List.of("Devices:", "Devices:5")) {
            AuditReport report = Auditor.of(Policy.defaults(), ContainerRules.ruleSet())
                    .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                    .audit(List.of(host(devices)));
            Finding open = report.findings().stream()
                    .filter(finding -> finding.rule().id().value().equals("RUN-026"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(Outcome.Kind.UNKNOWN, open.kind());
            assertEquals(Severity.CRITICAL, open.severity());
        }
    }
}
