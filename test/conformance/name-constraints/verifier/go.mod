module meshwright.test/nameconstraints

go 1.23
