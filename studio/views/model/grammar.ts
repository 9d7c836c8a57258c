/** The grammar of programs in examples; docs/model.md has all of it. */

/** A piece of a program, what it is, and a program that it stands in. */
export interface GrammarLine {
  readonly text: string;
  readonly meaning: string;
  readonly program: string;
}

/** What is shown. */
export const grammarLines: readonly GrammarLine[] = [
  { text: "a: m[1]=2; x=m[1]", meaning: "goroutine a, and what it does", program: "a: m[1]=2; x=m[1]" },
  {
    text: "map m {1: 10, 2: 20}",
    meaning: "what a map holds at the beginning; {0..7} for eight elements",
    program: "map m {1: 10, 2: 20}\na: m[1]=2",
  },
  {
    text: 'map m[string] {"tea": 1}',
    meaning: "other keys: string, int32",
    program: 'map m[string] {"tea": 1}\na: x=m["tea"]',
  },
  {
    text: "m[1]=2; m[1]++; x, ok = m[1]",
    meaning: "write, add, read",
    program: "a: m[1]=2; m[1]++; x, ok = m[1]",
  },
  {
    text: "delete m[1]; clear m; clone m; n=len(m)",
    meaning: "other operations",
    program: "a: delete m[1]; clear m; clone m; n=len(m)",
  },
  { text: "for k, v = range m { x=v }", meaning: "iteration", program: "a: for k, v = range m { x=v }" },
  {
    text: "for i<3 { m[i]=i*2 }",
    meaning: "again and again, with i from 0 on",
    program: "a: for i<3 { m[i]=i*2 }",
  },
  {
    text: "if x == 1 { m[1]=2 } else { m[1]=3 }",
    meaning: "a condition",
    program: "a: x=m[1]; if x == 1 { m[1]=2 } else { m[1]=3 }",
  },
  {
    text: "mutex mu",
    meaning: "then mu.Lock(); mu.Unlock(); also rwmutex and waitgroup",
    program: "mutex mu\na: mu.Lock(); mu.Unlock()",
  },
  { text: "chan c 1", meaning: "then c <- 1; x = <-c", program: "chan c 1\na: c <- 1; x = <-c" },
  {
    text: "var x",
    meaning: "then x=1; r=x; atomic x = 1; fence",
    program: "var x\na: x=1; r=x; atomic x = 1; fence",
  },
  { text: "go b", meaning: "starts goroutine b, which else begins at once", program: "a: go b\nb: m[1]=2" },
];
