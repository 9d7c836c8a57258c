/**
 * Lines of the standard library as they stood in tracebacks of Go 1.15.15, 1.19.8, 1.21.13, 1.22.12, 1.23.5, 1.24.4, 1.25.12,
 * 1.26.10 and 1.27.3: `function file line=minor,minor …`. Made by test/support/traceback-lines.ts.
 */
export const measuredLines = `
bufio.(*Reader).Peek bufio.go 139=15 144=19 148=22,23 151=21 152=24,25,26,27
bufio.(*Reader).ReadByte bufio.go 253=15 265=19 269=22,23 272=21 273=24,25,26,27
bufio.(*Reader).ReadLine bufio.go 389=15 401=19 405=22,23 406=26,27 408=21 409=24,25
bufio.(*Reader).ReadSlice bufio.go 360=15 372=19 376=22,23 377=26,27 379=21 380=24,25
bufio.(*Reader).ReadString bufio.go 483=15 495=19 498=22,23 499=26,27 501=21 502=24,25
bufio.(*Reader).collectFragments bufio.go 435=15 447=19 451=22,23 452=26,27 454=21 455=24,25
bufio.(*Reader).fill bufio.go 101=15 106=19 110=22,23 113=21,24,25,26,27
encoding/json.(*Encoder).Encode stream.go 206=15,19 209=21,22 210=23,24 212=25,26
encoding/json.(*encodeState).marshal encode.go 295=21 297=22 298=23 309=24 330=15 331=19 343=25,26 344=25,26
encoding/json.(*encodeState).reflectValue encode.go 321=22 322=23 323=21 333=24 358=15 359=19 367=25,26
encoding/json.Marshal encode.go 160=19 161=15 162=21 163=22 164=19,23 166=19,21 167=22 168=23 169=22 170=23 175=24 205=25 209=25,26 213=26
encoding/json.arrayEncoder.encode encode.go 847=22 849=21 858=23 870=24 886=15 890=26 901=25 915=19
encoding/json.condAddrEncoder.encode encode.go 893=22 895=21 904=23 916=24 932=15 936=26 947=25 961=19
encoding/json.interfaceEncoder encode.go 658=22 660=21 669=23 680=24 700=26 711=25 714=15 715=19
encoding/json.mapEncoder.encode encode.go 741=22 744=21 745=22 751=21 756=23 759=21,22 761=22 764=24 768=24 769=24 772=23 784=24 785=15 788=26 798=19 799=25 800=19 801=15 804=26 805=19 813=19 815=25
encoding/json.marshalerEncoder encode.go 440=22 441=23 442=21 452=24 477=15 478=19 483=25,26
encoding/json.sliceEncoder.encode encode.go 820=22 822=21 831=23 843=24 860=15 863=26 874=25 888=19
encoding/json.structEncoder.encode encode.go 704=22 706=21 715=23 727=24 747=26 758=25 759=15 760=19
fmt.(*pp).doPrint print.go 1161=15 1188=19 1193=27 1206=26 1208=23,24,25 1209=22 1211=21
fmt.(*pp).doPrintf print.go 1030=15 1057=19 1062=27 1074=23,24,25 1075=22,26 1077=21
fmt.(*pp).doPrintln print.go 1173=15 1200=19 1205=27 1215=25 1216=25 1218=26 1220=23,24,25 1221=22 1223=21
fmt.(*pp).handleMethods print.go 630=15 648=19 657=19 666=27 673=21,22,23,24,25 674=26 680=26
fmt.(*pp).printArg print.go 675=27 685=24 713=15 716=15 740=19 743=19 746=27 749=27 756=21,22,23,24,25 757=26 759=21,22,23,24,25 760=26
fmt.(*pp).printValue print.go 727=15 754=19 760=27 766=23 770=21,22,23,24,25 771=26 773=15 784=15 800=19 804=27 807=26 811=19 815=27 816=21,22,23,24,25 817=26 820=27 827=21,22,23,24,25 828=26 829=23
fmt.Appendf print.go 241=27 249=21,22,23,24,25,26
fmt.Fprint print.go 232=15 242=19 254=27 262=21,22,23,24,25,26
fmt.Fprintf print.go 205=15,19 217=27 225=21,22,23,24,25,26
fmt.Fprintln print.go 264=15 284=19 297=27 299=27 303=25 304=21,22,23,24,25 305=23,24,26 306=23
fmt.Println print.go 274=15 294=19 307=27 314=21,22,23,24,25 315=26
fmt.Sprint print.go 249=15 259=19 271=27 279=21,22,23,24,25,26
internal/fmtsort.Sort sort.go 57=24 59=19,21,22,23,24,25,26,27 60=21,27 62=15,19,21,22 63=15 66=19,21,22 67=15 70=21
internal/poll.(*FD).Accept fd_unix.go 394=15 611=21,22 613=25,26 614=19 618=27 620=23,24
internal/poll.(*FD).Read fd_unix.go 159=15 164=21,22 165=23,24,25,26 167=19 170=27
internal/poll.(*pollDesc).wait fd_poll_runtime.go 84=19,21,22,23,24,25,26,27 87=15
internal/poll.(*pollDesc).waitRead fd_poll_runtime.go 89=19,21,22,23,24,25,26,27 92=15
internal/poll.runtime_pollWait netpoll.go 222=15 305=19 343=21 345=22 351=23,24,25,26,27
internal/runtime/maps.(*Iter).Init table.go 542=24 651=25 678=26 741=27
internal/runtime/maps.(*Iter).Next table.go 674=24 683=24 792=25 810=26 819=26 882=27
internal/runtime/maps.(*Map).Delete map.go 648=24 652=25 656=26 677=27
internal/runtime/maps.fatal panic.go 1046=25 1058=24 1181=26 1195=27
io.(*PipeReader).Read pipe.go 134=15,22,23,24,25,26,27 136=19,21
log.(*Logger).output log.go 237=25,26,27 238=21,22,23,24
log.Printf log.go 320=15 354=19 397=21,22,23,24 408=25,26,27
net.(*TCPListener).Accept tcpsock.go 261=15 288=19 315=21 327=22 372=23 380=24,25 387=26,27
net.(*TCPListener).accept tcpsock_posix.go 139=15 142=19 152=21 159=22,23,24,25,26,27
net.(*conn).Read net.go 182=15 183=19 185=21,22 189=23 194=24 196=25,26,27
net.(*netFD).Read fd_posix.go 55=15,19,21,22,23,24 68=25,26,27
net.(*netFD).accept fd_unix.go 149=27 150=26 161=25 172=15,19,21,22,23,24
net/http.(*Client).Do client.go 581=19 586=15 587=24,25 590=21,22,23 592=26 604=27
net/http.(*Client).Get client.go 475=15 479=19 484=24,25 487=22,23 488=21 489=26 491=27
net/http.(*Client).do client.go 715=19 718=15 724=21 728=24 729=25 730=22 731=23 733=26 745=27
net/http.(*Client).send client.go 175=19 176=15 180=22,23,24,25 181=21 185=26 187=27
net/http.(*ServeMux).ServeHTTP server.go 2417=15 2487=19 2519=21 2688=22 2747=23 2822=24 2848=26 2861=25 2923=27
net/http.(*Server).Serve server.go 2937=15 2969=15 3061=21 3070=19 3091=21 3102=19 3260=22 3290=22 3330=23 3360=23 3424=24 3454=24,26 3463=25 3484=26 3493=25 3574=27 3604=27
net/http.(*Server).Serve.gowrap3 server.go 3290=22 3360=23 3454=24 3484=26 3493=25 3604=27
net/http.(*Transport).RoundTrip roundtrip.go 17=15,19,21,22 30=23,24 33=25,26,27
net/http.(*Transport).dialConn transport.go 1715=15 1716=15 1751=19 1752=19 1776=21 1777=21 1799=22 1800=22 1874=23 1875=23 1944=24 1945=24 1947=25 1948=25 1994=26 1995=26 2123=27 2124=27
net/http.(*Transport).dialConn.gowrap2 transport.go 1799=22 1874=23 1944=24 1947=25 1994=26 2123=27
net/http.(*Transport).dialConn.gowrap3 transport.go 1800=22 1875=23 1945=24 1948=25 1995=26 2124=27
net/http.(*Transport).roundTrip transport.go 582=15 595=19 604=21 608=22 644=23 696=24,25 704=26 725=27
net/http.(*conn).readRequest server.go 984=15 994=19 998=26 999=21 1004=22 1041=25 1048=23,24 1054=27
net/http.(*conn).serve server.go 1851=15 1916=19 1925=15 1939=21 1969=22 1991=19 2009=26 2014=21 2017=23 2027=24 2031=25 2044=22 2075=27 2087=26 2092=23 2102=24 2109=25 2157=27
net/http.(*connReader).Read server.go 786=19 789=22 791=21 798=15,23,24 812=25,26 856=27
net/http.(*connReader).backgroundRead server.go 678=19 681=22 683=21 690=15,23,24 702=25,26 746=27
net/http.(*connReader).startBackgroundRead server.go 674=19 677=22 679=21 686=15,23,24 698=25,26 742=27
net/http.(*connReader).startBackgroundRead.gowrap2 server.go 677=22 686=23,24 698=25,26 742=27
net/http.(*persistConn).Read transport.go 1894=15 1929=19 1954=21 1977=22 2052=23 2122=24 2125=25 2174=26 2300=27
net/http.(*persistConn).readLoop transport.go 2047=15 2093=19 2118=21 2141=22 2205=23 2275=24 2278=25 2330=26 2493=27
net/http.(*persistConn).roundTrip transport.go 2573=15 2620=19 2666=21 2689=22 2755=23 2826=24 2836=25 2916=26 3092=27
net/http.(*persistConn).writeLoop transport.go 2346=15 2392=19 2435=21 2458=22 2519=23 2590=24 2600=25 2657=26 2833=27
net/http.Get client.go 447=15 448=19 453=24,25 456=22,23 457=21 458=26 460=27
net/http.HandlerFunc.ServeHTTP server.go 2042=15 2109=19 2141=21 2171=22 2220=23 2294=24 2306=26 2322=25 2358=27
net/http.Serve server.go 2498=15 2568=19 2600=21 2799=22 2858=23 2932=24 2962=26 2971=25 3038=27
net/http.readRequest request.go 1012=15 1036=19 1041=21 1059=22 1087=24,25,26 1096=23
net/http.send client.go 251=19 252=15 259=22,23,24,25 260=21 264=26 266=27
net/http.serverHandler.ServeHTTP server.go 2843=15 2943=21 2947=19 3142=22 3210=23 3301=24 3331=26 3340=25 3436=27
net/textproto.(*Reader).ReadLine reader.go 39=15,19 43=21,22 44=23,24,25,26,27
net/textproto.(*Reader).readLineSlice reader.go 58=15,19 63=21,22 64=23,24,25,26,27
os.(*Process).Wait exec.go 125=15 132=19 134=21,22 340=25 346=26 347=27 358=23,24
os.(*Process).pidfdWait pidfd_linux.go 105=24 107=26,27 108=25 110=23
os.(*Process).pidfdWait.func1 pidfd_linux.go 106=24 108=26,27 109=25
os.(*Process).wait exec_unix.go 22=15,19,21,22 25=25,26,27 27=23,24
os.ignoringEINTR file_posix.go 251=24 263=25,26,27
os/exec.(*Cmd).Run exec.go 341=15 437=19 590=21 610=22,23 623=25 626=24,25 632=26 640=27 643=27
os/exec.(*Cmd).Wait exec.go 507=15 599=19 890=21 906=22,23 922=24,25 930=26 944=27
os/signal.Notify.func1.1 signal.go 150=15 151=19,21,22,23 152=24,25,26
os/signal.signal_recv sigqueue.go 147=15 152=19,21,22,23,24,25,26,27
panic panic.go 770=22 779=22 783=25 785=23 792=24 802=25 804=23 811=24 859=27 860=26 878=27 879=26 884=19 914=21 969=15 987=19 1017=21 1064=15
reflect.(*MapIter).Next value.go 1272=15 1841=19 1935=21 1940=21 1984=23 2000=22 2005=22
reflect.Value.Call value.go 337=15 365=23,25 368=19,24 369=26,27 380=21,22
reflect.Value.MapIndex value.go 1181=15 1189=15 1649=19 1673=19 1756=21 1763=21 1812=23 1820=23 1821=22 1828=22 1836=22
reflect.Value.assignTo value.go 2408=15 3039=24 3113=25 3182=26 3188=26 3274=21 3329=22
reflect.Value.call value.go 476=15 581=23,25 584=19,24 586=26,27 596=21,22
reflect.copyVal value.go 1791=24 1897=27 2047=23 2048=23 2059=22
reflect.directlyAssignable type.go 1378=22 1563=15 1605=26
reflect.mapaccess map.go 225=26,27 226=26,27 1308=15 1309=15 1332=19 1333=19 1349=21 1350=21,22 1459=23
reflect.mapiterinit map.go 1331=15 1375=19 1392=21,22 1520=23
reflect.mapiternext map.go 1337=15 1397=21,22
runtime.(*cleanupQueue).createGs mcleanup.go 589=25 672=26,27
runtime.(*cleanupQueue).dequeue mcleanup.go 439=25 522=26,27
runtime.(*scavengerState).park mgcscavenge.go 389=19 425=21,22,23,24,25,26,27
runtime.asyncPreempt preempt_amd64.s 46=24,25 50=15,19 53=21,22,23 124=26,27
runtime.asyncPreempt2 preempt.go 307=21,22 308=19,23,24,25 313=15 320=26,27
runtime.bgscavenge mgcscavenge.go 265=15 617=19 622=19 653=21,22,23,24,25,26,27 658=21,22,23,24,27
runtime.bgsweep mgcsweep.go 163=15 276=24 277=23 278=19,22 279=25,26,27 280=21 283=19 301=23 303=27
runtime.block select.go 103=21,22,23 104=19,24,25,26,27 119=15
runtime.call16 asm_amd64.s 724=19 747=21 770=22 774=25 775=23,24 804=27 835=26
runtime.chanrecv chan.go 577=15 583=19,21,22 639=23 664=24 667=25,26,27
runtime.chanrecv1 chan.go 439=15 442=19,21,22 489=23 506=24 509=25,26,27
runtime.createfing mfinal.go 156=15 157=19 163=21,23 164=22 166=24 172=25,26,27
runtime.deductAssistCredit malloc.go 1291=21 1349=23 1353=22 1679=24
runtime.ensureSigM signal_unix.go 880=15 974=19 997=21 1017=22 1060=23 1068=24,25 1074=26 1076=27
runtime.ensureSigM.func1 signal_unix.go 897=15 991=19 1014=21 1034=22 1077=23 1085=24,25 1091=26 1093=27
runtime.evacuate_fast64 map_fast64.go 407=23 456=15 468=19
runtime.fatal panic.go 1042=22 1066=19 1088=23 1096=21 1116=25 1123=24 1253=26 1267=27
runtime.findRunnable proc.go 2874=19 3224=21 3811=27
runtime.forcegchelper proc.go 255=15 302=19 322=21 326=22 337=23 348=24 373=25 375=26 387=27
runtime.futex sys_linux_amd64.s 557=21,24,25 558=21 560=19 569=26 575=27 587=15
runtime.futexsleep os_linux.go 45=15 69=19,21 73=26,27 75=24 76=25
runtime.gcAssistAlloc mgcmark.go 482=19 484=21 552=23 564=22 569=24
runtime.gcBgMarkStartWorkers mgc.go 1159=19 1219=21 1234=22 1328=23 1339=24 1711=27
runtime.gcBgMarkStartWorkers.gowrap1 mgc.go 1328=23 1339=24 1711=27
runtime.gcBgMarkWorker mgc.go 1235=19 1295=21 1310=22 1412=23 1423=24 1807=27
runtime.gcMarkDone mgc.go 787=19 807=22 810=21 861=23 872=24
runtime.gcTrigger.test mgc.go 548=19 569=21 602=23
runtime.gcenable mgc.go 178=19 179=19 200=21 201=21 203=22 204=22,23,24 205=23,24 212=25 213=25 214=26,27 215=26,27 217=15 218=15
runtime.gcenable.gowrap1 mgc.go 203=22 204=23,24 212=25 214=26,27
runtime.gcenable.gowrap2 mgc.go 204=22 205=23,24 213=25 215=26,27
runtime.goexit asm_amd64.s 1264=27 1374=15 1594=19 1650=21 1693=25 1695=22 1700=23,24 1771=26
runtime.gopark proc.go 306=15 363=19 385=22 398=21 402=22 424=23 435=24 460=25 462=26 474=27
runtime.goparkunlock proc.go 312=15 369=19 404=21 408=22 430=23 441=24 466=25 468=26 480=27
runtime.growWork_fast64 map_fast64.go 356=15 372=19 403=23
runtime.hashGrow map.go 1051=19 1063=22 1068=21
runtime.init.6 proc.go 243=15 290=19 310=21 314=22
runtime.init.7 proc.go 325=23 336=24 361=25 363=26 375=27
runtime.mPark proc.go 1457=19 1634=21 1887=24 1967=26 1974=25 1985=27
runtime.main proc.go 204=15 250=19 267=21 271=22 272=23 283=24 285=25 290=26 302=27
runtime.makeBucketArray map.go 363=19 364=21,22
runtime.mallocgc malloc.go 906=19 1006=21 1010=24 1025=22 1037=23 1044=24 1060=24 1147=19 1245=21 1246=21 1303=23
runtime.mapaccess1_fast64 map_fast64.go 13=22 21=15 22=19,21,22,23
runtime.mapaccess2 map.go 469=15 476=19 477=21,22 499=23 528=23
runtime.mapassign_fast64 map_fast64.go 92=15 93=19,21,22 101=15 102=19,21,22 110=19 113=23 115=15 116=19 122=23 136=23 157=19,21,22
runtime.mapdelete_fast64 map_fast64.go 281=15 282=19,21,22 313=23 348=15
runtime.mapiterinit map.go 815=19 816=21 843=15 859=22 863=19 864=21 920=23
runtime.mapiternext map.go 853=15 869=22 873=19 874=21 944=23
runtime.mcall asm_amd64.s 318=15 448=19 458=21,25 459=24 463=27 496=26
runtime.netpollblock netpoll.go 438=15 526=19 564=21 573=22 575=23,24,25,26,27
runtime.newarray malloc.go 1224=19 1350=21 1412=22
runtime.newobject malloc.go 1202=19 1328=21 1390=22
runtime.notesleep lock_futex.go 47=24,25,26,27 159=15 160=19,21
runtime.notetsleepg lock_futex.go 123=24,25,26,27 235=15 236=19,21 246=22,23
runtime.panicmem panic.go 212=15 260=19 261=21,22 262=23,24,25 336=26,27
runtime.park_m proc.go 2851=15 3363=19 3740=21 4144=24 4280=25 4304=26 4319=27
runtime.runCleanups mcleanup.go 635=25 718=26,27
runtime.runfinq mfinal.go 175=15 180=19 193=21,23 194=22 196=24
runtime.schedule proc.go 2617=15 3214=19 3556=21 3577=21 3999=24 4131=25 4143=26 4179=27
runtime.selectgo select.go 327=21,22 328=19 335=23 338=15 351=24,25,26,27
runtime.semacquire sema.go 101=19 111=21,22 129=23 139=24
runtime.semacquire1 sema.go 144=15 150=19 160=21,22 178=23 188=24 192=25,26,27
runtime.sigpanic signal_unix.go 742=15 835=19 861=21 881=22 917=23 925=24,25 931=26,27
runtime.stoplockedm proc.go 2085=15 2775=21 3165=24 3263=26 3268=25
runtime.stopm proc.go 2247=19 2531=21 3023=27
sort.Slice slice.go 17=15 21=21 23=19 26=21 29=22,23,24,25,26,27
sort.pdqsort_func zsortfunc.go 73=19,21,22,23,24,25,26,27 85=19 114=19
sync.(*Cond).Wait cond.go 56=15 70=19,21,22 71=23,24,25,26,27
sync.(*Map).Range map.go 114=26,27 345=15 354=19 476=21 477=22 501=23
sync.(*Mutex).Lock mutex.go 46=24,25,26,27 81=15 90=19,21,22 92=23
sync.(*Mutex).lockSlow mutex.go 138=15 171=19,21,22 173=23
sync.(*Once).Do once.go 57=15 65=19,21,22 67=23 69=24,25,26,27
sync.(*Once).doSlow once.go 66=15 74=19,21,22,25 76=23 78=24,25,26,27
sync.(*RWMutex).Lock rwmutex.go 98=15 146=22 147=19,21 148=23 150=24,25,26,27
sync.(*RWMutex).RLock rwmutex.go 50=15 70=22 71=19,21 72=23 74=24,25,26,27
sync.(*WaitGroup).Wait waitgroup.go 116=21,22 118=23,24 130=15 139=19 206=25,26,27
sync.runtime_Semacquire sema.go 56=15 62=19,21,22 71=23
sync.runtime_SemacquireMutex sema.go 71=15 77=19,21,22 95=23
sync.runtime_SemacquireRWMutexR sema.go 82=21,22 100=23,24,25,26,27
sync.runtime_SemacquireWaitGroup sema.go 110=24 114=25,26,27
sync.runtime_notifyListWait sema.go 513=15 517=19 527=21 569=22 587=23 597=24 606=25 617=26,27
syscall.Syscall syscall_linux.go 68=19 74=25,27
syscall.Syscall6 syscall_linux.go 90=19 91=21,22 95=23,24 96=25,26,27
testing.(*B).Run benchmark.go 656=15 677=19 682=22,23 700=21 847=24 863=25 867=26 868=27
testing.(*B).run benchmark.go 264=19 276=25 288=27
testing.(*B).run1 benchmark.go 208=22,23 217=22,23 224=15 226=19,21 233=15 235=21 238=24,25,26,27 247=24,26
testing.(*B).run1.func1 benchmark.go 215=22,23 231=15 233=19,21 245=24,25,26,27
testing.(*B).runN benchmark.go 191=15 193=19,21,22,23 207=27 219=24,25,26,27
testing.(*M).Run testing.go 1345=15 1351=15 1726=19 1733=19 1925=21 1941=21 2027=22 2034=23 2043=22 2050=23 2142=24 2158=24 2337=25 2353=25 2443=26 2459=26 2602=27 2618=27
testing.(*T).Run testing.go 1168=15 1169=15 1493=19 1494=19 1648=21 1649=21 1742=22 1743=23 1750=22 1751=23 1851=24 1859=24 1997=25 2005=25 2101=26 2109=26 2260=27 2268=27
testing.runBenchmarks benchmark.go 542=15 552=22,23 559=19 570=21 717=24 730=25 735=26,27
testing.runBenchmarks.func1 benchmark.go 533=15 543=22,23 550=19 561=21 708=24 721=25 726=26,27
testing.runTests testing.go 1437=15 1844=19 2052=21 2159=22 2166=23 2277=24 2475=25 2583=26 2742=27
testing.runTests.func1 testing.go 1439=15 1846=19 2054=21 2161=22 2168=23 2279=24 2477=25 2585=26 2744=27
testing.tRunner testing.go 1123=15 1127=15 1446=19 1452=19 1595=21 1601=21 1689=22 1690=23 1695=22 1696=23 1792=24 1798=24 1934=25 1940=25 2036=26 2042=26 2195=27 2201=27
testing.tRunner.func1 testing.go 1075=15 1088=15 1399=19 1412=19 1548=21 1561=21 1634=22 1635=23 1650=22 1651=23 1737=24 1753=24 1875=25 1891=25 1977=26 1993=26 2128=27 2144=27
testing.tRunner.func1.2 testing.go 1396=19 1545=21 1631=22 1632=23 1734=24 1872=25 1974=26 2125=27
text/template.(*Template).Execute exec.go 201=19 203=15 207=21,22,23,24,25,26,27
text/template.(*Template).execute exec.go 218=19 220=15 224=21,22,23,24,25,26,27
text/template.(*state).printValue exec.go 960=15 1018=19 1040=21,22 1048=23 1107=24,25,26,27
text/template.(*state).walk exec.go 257=15 263=15,19 269=21,22,23,24,25,26,27 274=19 280=21,22,23,24,25,26,27
time.Sleep time.go 174=15 178=19,21,22 188=15 195=19,21,22 300=23 305=24 330=26 335=27 338=24 363=25,26 368=27
time.goFunc sleep.go 167=15 176=19,21 177=22 182=27 215=23,24,25,26
`;
